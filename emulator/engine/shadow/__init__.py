"""Two engines for each query, their answers compared: what the embedded one answers otherwise than Trino."""

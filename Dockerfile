# The gateway of docker-compose.yml: `python -m emulator` and what it needs to run, and no more.
#
# Python 3.13 is what LocalStack's image stands on too, so that the two share their first layers. Functions are
# run by this Python as well: for packages with compiled parts made for Lambda's 3.12, build with
# PYTHON_VERSION=3.12 (WARDLAKE_PYTHON=3.12 for the compose file).
ARG PYTHON_VERSION=3.13
FROM python:${PYTHON_VERSION}-slim

# A user of its own, whose one writable place is the scratch: functions' folders, results under way, spilled data.
RUN useradd --uid 1000 --create-home wardlake \
 && mkdir -p /var/lib/wardlake && chown wardlake:wardlake /var/lib/wardlake
WORKDIR /opt/wardlake

COPY requirements-runtime.txt ./
RUN pip install --no-cache-dir --disable-pip-version-check --root-user-action=ignore --require-hashes -r requirements-runtime.txt
COPY emulator ./emulator
# The user cannot write here: bytecode is made now, or each start would compile everything again.
RUN python -m compileall -q emulator

USER wardlake
ENV TMPDIR=/var/lib/wardlake PYTHONUNBUFFERED=1 AWS_EC2_METADATA_DISABLED=true
EXPOSE 4566
ENTRYPOINT ["python", "-m", "emulator"]
CMD ["--host", "0.0.0.0"]

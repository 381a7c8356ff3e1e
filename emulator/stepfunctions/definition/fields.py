"""The fields of each kind of state, in either query language (AWS: "Using Amazon States Language")."""

from __future__ import annotations

JSONPATH = "JSONPath"
JSONATA = "JSONata"
LANGUAGES = (JSONPATH, JSONATA)

EVERYWHERE = {"Type", "Comment", "QueryLanguage"}
TRANSITION = {"Next", "End"}
OF_TYPE: dict[str, set[str]] = {
    "Pass": TRANSITION | {"Assign"},
    "Task": TRANSITION
    | {"Assign", "Resource", "Credentials", "TimeoutSeconds", "HeartbeatSeconds", "Retry", "Catch"},
    "Choice": {"Assign", "Choices", "Default"},
    "Wait": TRANSITION | {"Assign", "Seconds", "Timestamp"},
    "Succeed": set(),
    "Fail": {"Error", "Cause"},
    "Parallel": TRANSITION | {"Assign", "Branches", "Retry", "Catch"},
    "Map": TRANSITION
    | {
        "Assign",
        "ItemProcessor",
        "Iterator",
        "ItemReader",
        "ItemSelector",
        "ItemBatcher",
        "ResultWriter",
        "MaxConcurrency",
        "ToleratedFailureCount",
        "ToleratedFailurePercentage",
        "Label",
        "Retry",
        "Catch",
    },
}
"""Fields that a type of state has in both languages."""

IN_JSONPATH: dict[str, set[str]] = {
    "Pass": {"InputPath", "OutputPath", "Parameters", "ResultPath", "Result"},
    "Task": {
        "InputPath",
        "OutputPath",
        "Parameters",
        "ResultPath",
        "ResultSelector",
        "TimeoutSecondsPath",
        "HeartbeatSecondsPath",
    },
    "Choice": {"InputPath", "OutputPath"},
    "Wait": {"InputPath", "OutputPath", "SecondsPath", "TimestampPath"},
    "Succeed": {"InputPath", "OutputPath"},
    "Fail": {"ErrorPath", "CausePath"},
    "Parallel": {"InputPath", "OutputPath", "Parameters", "ResultPath", "ResultSelector"},
    "Map": {
        "InputPath",
        "OutputPath",
        "Parameters",
        "ResultPath",
        "ResultSelector",
        "ItemsPath",
        "MaxConcurrencyPath",
        "ToleratedFailureCountPath",
        "ToleratedFailurePercentagePath",
    },
}
IN_JSONATA: dict[str, set[str]] = {
    "Pass": {"Output"},
    "Task": {"Arguments", "Output"},
    "Choice": {"Output"},
    "Wait": {"Output"},
    "Succeed": {"Output"},
    "Fail": set(),
    "Parallel": {"Arguments", "Output"},
    "Map": {"Items", "Output"},
}
RETRIER = {
    "ErrorEquals",
    "IntervalSeconds",
    "MaxAttempts",
    "BackoffRate",
    "MaxDelaySeconds",
    "JitterStrategy",
    "Comment",
}
CATCHER = {"ErrorEquals", "Next", "Comment", "Assign"}
CATCHER_IN = {JSONPATH: {"ResultPath"}, JSONATA: {"Output"}}
MACHINE = {"Comment", "StartAt", "States", "QueryLanguage", "TimeoutSeconds", "Version"}
PART = {"Comment", "StartAt", "States"}
"""Fields of a branch and of an iterator; an item processor has ``ProcessorConfig`` too."""

NOT_SUPPORTED = (
    "ItemBatcher",
    "ResultWriter",
    "ToleratedFailureCount",
    "ToleratedFailureCountPath",
    "ToleratedFailurePercentage",
    "ToleratedFailurePercentagePath",
)
"""Fields of Map states that AWS has and that moto ignores or has another result for."""

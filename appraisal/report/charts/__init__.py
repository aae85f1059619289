"""Charts of the studies: one file a subject, each a pure function from a study's result to a :class:`Picture`.

They show and never compute; what they count is a histogram's bins. Nothing here is imported by ``import appraisal``:
altair costs a third of a second, so a command imports the chart that it draws.
"""

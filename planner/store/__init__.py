"""台账库: the store in which a department keeps the truth for a year.

SQLite file or PostgreSQL, one schema for both. ``tables`` holds the schema, ``database`` opens it,
``changes`` writes the log of changes, ``contents`` brings workbooks and ledgers in and out,
``plans`` keeps plan versions, ``migrate`` and ``copies`` take care of the file itself.
"""

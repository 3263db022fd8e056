"""What a command is asked to do, from the values of its options.

`runs.TrainingRequest`, `runs.PredictionRequest`, `export.ExportRequest`, `plots.PlotRequest`,
`plots.ImportanceRequest` and `report.ReportRequest` are the requests; `columns.ColumnSelection`,
`splits.HoldOut` and `cluster.Cluster` are their parts. They hold paths, but read no files.
"""

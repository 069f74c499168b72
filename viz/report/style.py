"""The style of reports and memos, on a screen and on paper."""

CSS = """
.answer{font-size:1.2rem;font-weight:600;border-left:4px solid #1f5fa8;padding:.3rem 0 .3rem .9rem;margin:1rem 0}
.warning{border-left:4px solid #b3261e;padding-left:.9rem}
svg{width:100%;height:auto;display:block}figure{margin:1rem 0}figcaption{color:#4a5a68;font-size:.88rem}
table{border-collapse:collapse;width:100%;font-size:.9rem;margin:.8rem 0}
th{text-align:left;border-bottom:1px solid #777}
td,th{padding:.22rem .5rem;vertical-align:top}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
tbody tr:nth-child(even){background:#f4f6f8}pre{background:#f4f6f8;padding:.7rem;white-space:pre-wrap;font-size:.85rem}
@page{size:A4;margin:16mm}
@media print{body{margin:0;max-width:none;font-size:10.5pt}figure,tr,pre{break-inside:avoid}
thead{display:table-header-group}
h2{margin-top:1.2rem}h2,h3{break-after:avoid}}
"""

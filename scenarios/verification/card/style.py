"""The style of the model card: light and dark, screen and paper."""

STYLE = """
:root{--ink:#1b1f24;--dim:#57606a;--page:#ffffff;--card:#f6f8fa;--line:#d0d7de;--good:#116329;--bad:#b3261e;
--warn:#7d4e00;--accent:#0b5cad;--bar:#8fb7e3}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--dim:#9aa5b1;--page:#0f1419;--card:#171d24;--line:#323b45;
--good:#5fd07f;--bad:#ff8a80;--warn:#f0c060;--accent:#79b8ff;--bar:#37699e}}
*{box-sizing:border-box}
html{scroll-behavior:smooth}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
header,main{max-width:1240px;margin:0 auto;padding:0 24px}
header{padding-top:28px}
h1{font-size:28px;margin:0 0 8px}
h2{font-size:21px;margin:36px 0 8px;padding-top:8px;border-top:1px solid var(--line)}
h3{font-size:16px;margin:28px 0 8px}
p,ul{margin:8px 0;max-width:90ch}
li{margin:3px 0}
a{color:var(--accent)}
code{font-family:ui-monospace,SFMono-Regular,Menlo,monospace;font-size:.9em;overflow-wrap:anywhere}
.status{font-size:18px;font-weight:600;padding:12px 16px;border-left:5px solid var(--good);background:var(--card)}
.status.fail{border-color:var(--bad);color:var(--bad)}
nav{display:flex;flex-wrap:wrap;gap:4px 18px;margin:14px 0}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:14px}
th,td{text-align:left;vertical-align:top;padding:5px 10px 5px 0;border-bottom:1px solid var(--line)}
th{color:var(--dim);font-weight:600;white-space:nowrap}
.rows{font-size:12px;font-variant-numeric:tabular-nums}
.rows th,.rows td{padding:3px 8px 3px 0}
.rows td:nth-child(1){min-width:9em}
.rows td:nth-child(2){min-width:13em;color:var(--dim)}
.rows td:nth-child(3){min-width:9em}
.rows td.again{opacity:.6}
.rows td:nth-child(n+4):nth-child(-n+7),.rows th:nth-child(n+4):nth-child(-n+7),
.rows td:nth-child(n+9):nth-child(-n+11),.rows th:nth-child(n+9):nth-child(-n+11)
{text-align:right;white-space:nowrap}
.rows td:nth-child(12){min-width:10em;color:var(--dim)}
.numbers{width:auto;font-variant-numeric:tabular-nums}
.numbers th,.numbers td{padding-right:28px}
.verdict{font-weight:600;white-space:nowrap}
.verdict.pass{color:var(--good)}
.verdict.fail{color:var(--page);background:var(--bad);padding:0 5px;border-radius:3px}
.verdict.not-judged{color:var(--warn)}
.verdict.info{color:var(--dim);font-weight:400}
.level{font-weight:700}
.levels td:nth-child(-n+2){white-space:nowrap}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(420px,1fr));gap:20px}
figure{margin:12px 0;background:var(--card);padding:12px;border:1px solid var(--line);border-radius:6px}
figcaption{color:var(--dim);font-size:13px}
svg{width:100%;height:auto;display:block}
svg text{fill:var(--dim);font-size:12px}
.bar{fill:var(--bar)}
.curve{fill:none;stroke:var(--accent);stroke-width:1.8}
.grid{stroke:var(--line);stroke-width:.6}
.axis{stroke:var(--dim)}
.point{fill:var(--accent);fill-opacity:.55}
.point.fail{fill:var(--bad);fill-opacity:1}
main{padding-bottom:60px}
@media print{:root{--ink:#000;--dim:#444;--page:#fff;--card:#fff;--line:#bbb;--good:#0b5a20;--bad:#a01010;
--warn:#6b4300;--accent:#0b4a8a;--bar:#a9c6e6}
body{font-size:11px}header,main{max-width:none;padding:0}nav{display:none}.scroll{overflow:visible}
.rows{font-size:7.5px}table{font-size:10px}tr,figure{break-inside:avoid}thead{display:table-header-group}
h2,h3{break-after:avoid}}
@page{margin:14mm}
"""

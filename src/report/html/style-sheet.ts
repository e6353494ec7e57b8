/** How the page looks: light and dark as the reader has it, narrow screens, and paper. One constant text, so that the page's own policy can name its hash. */

/** Contrast of text is at least 4.5 to 1 in both schemes; parts of pictures differ in pattern as well as in colour. */
export const styleSheet = `
:root{color-scheme:light dark;--paper:#fff;--ink:#1b1f24;--quiet:#57606a;--line:#d0d7de;--soft:#f6f8fa;--sum:#57606a;--good:#1a6ca8;--bad:#b3261e;--warn:#7a4f00;--pass:#1a6b34;--focus:#0b57d0}
@media (prefers-color-scheme:dark){:root{--paper:#0d1117;--ink:#e6edf3;--quiet:#9aa5b1;--line:#3a424c;--soft:#161b22;--sum:#9aa5b1;--good:#58a6ff;--bad:#ff8178;--warn:#e3b341;--pass:#56d364;--focus:#8ab4f8}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main,header,footer{max-width:66rem;margin:0 auto;padding:0 1rem}
header{padding-top:1.5rem}
h1{font-size:1.5rem;line-height:1.3;margin:.25rem 0 .5rem}
h2{font-size:1.15rem;margin:2.25rem 0 .5rem;padding-bottom:.25rem;border-bottom:1px solid var(--line)}
h3{font-size:1rem;margin:1.25rem 0 .25rem}
p{margin:.5rem 0;max-width:50rem}
.scope,.note,figcaption{color:var(--quiet);font-size:.875rem}
.verdict{display:inline-block;padding:0 .5rem;border:2px solid currentColor;border-radius:.25rem}
.verdict.pass{color:var(--pass)}.verdict.warn{color:var(--warn)}.verdict.fail,.verdict.inconclusive{color:var(--bad)}
.numbers{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.75rem;margin:1rem 0;padding:0}
.numbers>div{background:var(--soft);border:1px solid var(--line);border-radius:.375rem;padding:.5rem .75rem}
.numbers dt{font-size:.875rem;color:var(--quiet)}
.numbers dd{margin:0}
.numbers .figure{font-size:1.375rem;font-weight:600;font-variant-numeric:tabular-nums}
.numbers .beside{font-size:.8125rem;color:var(--quiet)}
.scroll{overflow-x:auto;margin:.5rem 0;outline-offset:2px}
:focus-visible{outline:3px solid var(--focus)}
table{border-collapse:collapse;width:100%;font-size:.875rem}
caption{text-align:left;color:var(--quiet);font-size:.8125rem;padding:.125rem 0 .25rem;white-space:nowrap}
th,td{padding:.3rem .5rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top;font-weight:400}
thead th{font-weight:600;vertical-align:bottom}
th.text,td.text{min-width:7rem;overflow-wrap:anywhere}
th.word,td.word{white-space:nowrap}
th.long,td.long{min-width:19rem;overflow-wrap:anywhere}
th.number,td.number{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
th.bar,td.bar{min-width:8rem;width:30%}
td.hash{font:.75rem/1.5 ui-monospace,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere;min-width:12rem}
code{font:.8125rem/1.5 ui-monospace,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
tr.sum>*{font-weight:600;background:var(--soft)}
svg{display:block;overflow:visible}
svg.bar{height:20px}
svg.chart{width:100%;margin:.25rem 0}
.legend{display:flex;gap:1.25rem;list-style:none;margin:.5rem 0;padding:0;font-size:.875rem}
.legend li{display:flex;align-items:center;gap:.375rem}
.pattern{position:absolute;width:0;height:0}
.sum,.faint{fill:var(--sum)}
.faint{opacity:.45}
.explained{fill:var(--good)}
.unexplained{fill:url(#stripes);stroke:var(--bad)}
.stripe{stroke:var(--bad);stroke-width:3}
rect.explained{stroke:var(--good)}rect.sum{stroke:var(--sum)}
.axis{stroke:var(--quiet);stroke-width:1}
.guide{stroke:var(--line);stroke-width:1}
.trend{stroke:var(--good);stroke-width:2}
.point{fill:var(--good);stroke:var(--paper);stroke-width:1}
svg text{fill:var(--quiet);font-size:12px}
ul.causes{list-style:none;margin:.5rem 0;padding:0}
.causes>li{border:1px solid var(--line);border-left-width:.375rem;border-radius:.375rem;padding:.5rem .75rem;margin:.5rem 0}
.causes>li.open,.causes>li.fail,.causes>li.inconclusive{border-left-color:var(--bad)}.causes>li.warn,.causes>li.quarantine{border-left-color:var(--warn)}
.causes .money{font-weight:600;font-variant-numeric:tabular-nums}
.causes p{margin:.125rem 0}
details{margin:.5rem 0}
summary{cursor:pointer;padding:.25rem 0}
footer{color:var(--quiet);font-size:.8125rem;padding-bottom:2rem}
@media (max-width:30rem){h1{font-size:1.25rem}th,td{padding:.3rem .375rem}th.bar,td.bar{min-width:6rem}.numbers{grid-template-columns:1fr 1fr}}
@page{margin:1.5cm}
@media print{
:root{color-scheme:light;--paper:#fff;--ink:#000;--quiet:#444;--line:#bbb;--soft:#f2f2f2;--sum:#555;--good:#1a6ca8;--bad:#a3180f;--warn:#5c3b00;--pass:#0f4f24}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
html{font-size:10pt}body{font-size:1rem}
.scroll{overflow:visible}
table{font-size:.8rem}
td.hash,code{font-size:.65rem}
th.text,td.text,th.long,td.long,td.hash{min-width:0}
h2,h3{break-after:avoid}
tr,.causes>li,.numbers>div,svg.chart{break-inside:avoid}
thead{display:table-header-group}
details::details-content{content-visibility:visible;display:block;block-size:auto}
summary{list-style:none}
}
`;

/** The trend as a picture in a file of its own: the unexplained basis points of each account, month by month. */
import { markup } from '../html/html-text.ts';
import { trendHeight, trendParts } from './trend-chart.ts';
import { byAccount, type TrendDocument } from './trend-document.ts';

const width = 720;
const gap = 34;

const styles = `text{font:12px system-ui,"DejaVu Sans",sans-serif;fill:#57606a}.name{font-size:14px;fill:#1b1f24}.paper{fill:#fff}.axis{stroke:#57606a}.guide{stroke:#d0d7de}.trend{stroke:#1a6ca8;stroke-width:2}.point{fill:#1a6ca8}
@media (prefers-color-scheme:dark){text{fill:#9aa5b1}.name{fill:#e6edf3}.paper{fill:#0d1117}.axis{stroke:#9aa5b1}.guide{stroke:#3a424c}.trend{stroke:#58a6ff}.point{fill:#58a6ff}}`;

/** One drawing below the other; an account of which fewer than two months are known says so. */
export function trendSvg(document: TrendDocument): string {
  const plots = byAccount(document).map(({ name, periods }, index) => {
    const parts = trendParts(periods.map(({ period, unexplained_basis_points: value }) => ({ label: period, value })));
    const top = index * (trendHeight + gap);
    const inner = parts.text === '' ? markup`<text x="0" y="40">A picture needs two months that are known.</text>` : parts;
    return markup`<text class="name" x="16" y="${top + 24}">Unexplained, basis points: ${name}</text>
<svg x="16" y="${top + gap}" width="${width - 32}" height="${trendHeight}">${inner}</svg>\n`;
  });
  const height = Math.max(1, plots.length) * (trendHeight + gap) + 8;
  return markup`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="Unexplained basis points, month by month">
<style>${styles}</style>
<rect class="paper" width="100%" height="100%"/>
${plots}</svg>\n`.text;
}

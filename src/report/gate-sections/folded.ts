/** A block that opens on a click. */
import type { RowBlock } from '../fit-budget.ts';

/** `title` is ours or escaped. When no row is kept, only the note about it stands there. */
export function folded(title: string, block: RowBlock): RowBlock {
  return { ...block, head: `<details><summary>${title}</summary>\n\n${block.head}`, foot: `${block.foot}\n\n</details>` };
}

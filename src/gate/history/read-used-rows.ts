/** The rows of a mapping table or contract as an earlier commit had it. Pure. */
import type { ContractItem, Mapping } from '../../model/ledger.ts';
import { checkShape } from '../../ledger/check-shape.ts';
import { fileKinds } from '../../ledger/file-kinds.ts';
import { readYaml } from '../../ledger/yaml-document.ts';
import { ledgerPath } from '../../model/layout.ts';

/** null when the content cannot be read. */
export function readUsedMappings(content: Buffer): readonly Mapping[] | null {
  const { document } = readYaml(ledgerPath('models'), content.toString('utf8'));
  const value = document === null ? null : checkShape(fileKinds.models.schema, document).value;
  return document === null || value === null ? null : fileKinds.models.parse(value, document);
}

/** null when the content cannot be read. */
export function readUsedItems(content: Buffer): readonly ContractItem[] | null {
  const { document } = readYaml(ledgerPath('contract'), content.toString('utf8'));
  const value = document === null ? null : checkShape(fileKinds.contract.schema, document).value;
  return document === null || value === null ? null : fileKinds.contract.parse(value, document).items;
}

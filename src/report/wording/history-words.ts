/** The stable words by which the history of a ledger names a kind of problem, in plain language. */

export const historyWords: Readonly<Record<string, string>> = {
  'history-added': 'it was added afterwards',
  'history-changed': 'its content differs from the base',
  'history-removed': 'the base has it and it is gone',
  'history-renamed': 'it was renamed',
  'row-removed': 'the row is gone',
  'row-altered': 'the row says something else',
  'row-shortened': 'the row ends too early',
  'approval-none': 'no approving review by that login is on the pull request',
  'approval-older': 'the approving review is about another commit than the head of the pull request',
  'approval-dismissed': 'the approving review was dismissed',
  'approval-refused': 'the last review by that login asks for changes',
  'approval-unreadable': 'the reviews could not be read',
  'wrote-close': 'the same person wrote the close',
  'wrote-evidence': 'the same person wrote evidence of the period',
  'writers-unreadable': 'who wrote the close and the evidence could not be read',
};

/** Words of ours that stand in findings as stable values, in plain language. */

/** By the kind of a threshold's scope; the name of a model, service or step follows. */
export const scopeWords: Readonly<Record<string, string>> = {
  total: 'The total',
  counts: 'The counts',
  model: 'The model',
  service: 'The service',
  category: 'The step',
};

/** By the name of the word, and its value. */
export const valueWords: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  side: { charge: 'of what was charged', expected: 'of what was expected', application: 'of the application', provider: 'of the provider' },
  missing: { model: 'model', class: 'class of tokens', document: 'document with its hash' },
};

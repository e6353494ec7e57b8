/** What the engine consists of on every platform, by SHA-256. Written by `npx tsx scripts/pin-engine.ts` from engine/package-lock.json. */
import type { PackagePin } from './hash-package.ts';

export const engineVersion = '1.5.5-r.5';

export const enginePins: Readonly<Record<string, PackagePin>> = {
  '@duckdb/node-api': {
    libraries: {},
    others: '64728033af9cc3c67bdea89fde42358e83619a288d6442277ab3fd6a27f055c8',
  },
  '@duckdb/node-bindings': {
    libraries: {},
    others: '3e9a9396039c5508c89b5d420ce0dfe05da9bb8fa37c6f72ab3153a8c23ba4e9',
  },
  '@duckdb/node-bindings-darwin-arm64': {
    libraries: {
      'duckdb.node': 'ba396b8fc069b1c34d1b5d3bdb7f54b1ddef160b6f440b2539fcef89720e9947',
      'libduckdb.dylib': 'b9027d18ef3e8d960568f77e946a83ca68009cb22d71cf7f94de842afdd094d8',
    },
    others: 'cb847555ed8abb440aa43f8267f66ec2506fd5ac2eb3ca70bbe92d4c6296def5',
  },
  '@duckdb/node-bindings-darwin-x64': {
    libraries: {
      'duckdb.node': 'c7d75d167487bc96d3bd2a54969f0fb816c5415c3a1d064b3e88966acaf4e4c3',
      'libduckdb.dylib': 'b9027d18ef3e8d960568f77e946a83ca68009cb22d71cf7f94de842afdd094d8',
    },
    others: '54bf9a211da206289d843b795b47df844ab1e4b2bef912d401b6fc5b08403b73',
  },
  '@duckdb/node-bindings-linux-arm64': {
    libraries: {
      'duckdb.node': '51b959ad6a5b57cfa3e9a5d20bffebe0e58974222efcddcd97c85e12700dbbb1',
      'libduckdb.so': 'd00d007f3f7ca1f2896a5e4b89c2ce141bf0508506a9d6d56f9598b8e59d074e',
    },
    others: '0332ec93a5ec5c4448f80303742322526a42a157799215af1bdf555f73a3dc30',
  },
  '@duckdb/node-bindings-linux-arm64-musl': {
    libraries: {
      'duckdb.node': '12d8c980901c88eea2d5c7622f364a50800e639714458d16de486365c0c48f6d',
      'libduckdb.so': 'b7ca0fcde2828167e9b5d8741d0eb5dbe520d67b0a4687f19cf2974fd59d11c3',
    },
    others: '56f39bc7f3c4460dbbf3dc0a08ff07dff4f163eb88f8cf213264c249d764db39',
  },
  '@duckdb/node-bindings-linux-x64': {
    libraries: {
      'duckdb.node': '778d45b3d918a8d3b6dfeb819472472d3ff85d427110973fc9c1b0d462514c15',
      'libduckdb.so': 'fc23f12e376c47be520f75221288281906e7942e8fd6f6ce4849198ba60d0405',
    },
    others: 'bb5dcd7ab1e68123ec3cd25e286bfaf122d3ebb3c9b6e5771d1f8290de421fae',
  },
  '@duckdb/node-bindings-linux-x64-musl': {
    libraries: {
      'duckdb.node': 'bf0160e4c5a1c0b1fc821252553883c8f16f07112385df35cf066ac4a60cbe73',
      'libduckdb.so': 'f9f9884b72a730751fdf4d6dd96368153f2f6c8b7358162c819166788dbd60bc',
    },
    others: 'd75193002738db2ef17b5d6c5207e79dcf91a2f27eaf476263058c12933961ae',
  },
  '@duckdb/node-bindings-win32-arm64': {
    libraries: {
      'duckdb.dll': 'ca938da6e124d6c91fcbff5983860ebc3753576e5b04c11ad8bc9135853aa752',
      'duckdb.node': 'e4e6d94b1c8d30497222356ce7761fd3a50c8a121cf484d7eae54fef818ea9c1',
    },
    others: '70fc051735d5d775e1cc9bd54129897d5bd8036d3ef570e8cbf8705cb58ddd45',
  },
  '@duckdb/node-bindings-win32-x64': {
    libraries: {
      'duckdb.dll': '2b7468a4ad844429e6af2fde0b5f91893e8130a5686a88f11442ab547c7ede46',
      'duckdb.node': 'a587a097a6ce7f370e12cf6530a187813cabd03aba36a6caeaba6912e01a3d63',
    },
    others: 'c137a34409655f7a641bd66e8971ce6614cdd7f5444847565949467e01a6ab5a',
  },
  'detect-libc': {
    libraries: {},
    others: '6d8de4f5d749b92a661c8e685a2e8019d2ea003c3fcd6266215c87661e2b2e28',
  },
};

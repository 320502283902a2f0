export {
  type Certificate,
  type CertifiedCurrency,
  type CertifiedFile,
  type CurrencyTotals,
  certificateDocument,
  NotACertificate,
  type ReadCertificate,
  readCertificate,
} from './certificate.ts';
export { differences, ItemsCheck, type ItemsProblem, type RecomputedItems } from './check-items.ts';
export {
  type Column,
  freeText,
  headerOf,
  majorUnits,
  minorUnits,
  plain,
  recordOf,
} from './columns.ts';
export { CsvProblem, LINE_END, readRecord, textCell, textOf } from './csv.ts';
export { csvLines } from './csv-lines.ts';
export { ITEM_COLUMNS, ITEMS_HEADER, type ItemLine, itemRecord, readItem } from './items.ts';
export { type InclusionProof, proofDocument, provenRoot, readProof } from './proof.ts';
export { publicKeyPem, readPublicKey, type SigningKey, signingKey } from './signing.ts';
export { HashTree, leafHash } from './tree.ts';
export { element, leaf, XML_DECLARATION, xmlText } from './xml.ts';

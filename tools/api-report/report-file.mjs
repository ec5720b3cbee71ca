import path from 'node:path';

/** @param {{ folder: string }} one */
export const reportFile = ({ folder }) => path.join(folder, 'api.md');

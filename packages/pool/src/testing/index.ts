export { chaos, ScriptedFactory } from './scripted-factory.js';
export type { Behaviour, ScriptedConnection, ScriptedFactoryOptions, Step } from './scripted-factory.js';
export { WITHOUT_LANE } from '../without-lane.js';

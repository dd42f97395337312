import { readSetting, writeSetting } from './settings';

const kName = 'reprise.live-history';

/** Whether a live session is told what was written and said before in its chat, unless chosen otherwise at its start. */
export const tellsHistory = (): boolean => readSetting(kName) !== 'off';

export const setTellsHistory = (on: boolean): void => writeSetting(kName, on ? null : 'off');

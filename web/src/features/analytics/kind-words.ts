const kWords: Readonly<Record<string, string>> = {
  camera: 'Camera switched',
  device_change: 'Device changed',
  download: 'Downloads',
  error_shown: 'Errors shown',
  interruption: 'Interruptions',
  mute: 'Microphone switched',
  page_open: 'Pages opened',
  playback_open: 'Sessions opened to play',
  playback_seek: 'Jumps within a session',
  screen: 'Screen switched',
  search: 'Searches',
  session_end: 'Sessions ended',
  session_start: 'Sessions begun',
  socket_close: 'Connections to the model closed',
  socket_open: 'Connections to the model opened',
  task: 'Tasks made or changed',
  task_step: 'Steps ticked',
};

/** A kind of event in words. Pure. */
export const kindWords = (kind: string): string => kWords[kind] ?? kind;

/** What only a live session needs. A file of its own, so that the first screen does not wait for it. */
export { LiveView } from '../features/live/live-view';
export { StartFlow } from '../features/live/start-flow';
export { createLiveSession as createSession } from '../media/live/live-engine';

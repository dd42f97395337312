#pragma once

namespace reprise::app {

/// From here on SIGTERM, SIGINT and SIGHUP do not end the process: the first one wakes
/// `wait_for_stop`, whenever it came; a second one ends the process at once with code 1. Called
/// once, first of all in `main`.
void catch_stop_signals();

/// Blocks until somebody wants the process to stop; returns the number of the signal.
int wait_for_stop();

}  // namespace reprise::app

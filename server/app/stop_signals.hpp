#pragma once

namespace reprise::app {

/// From here on SIGTERM, SIGINT and SIGHUP do not end the process. The first one wakes
/// `wait_for_stop`, even when it came earlier; a second one ends the process at once with code 1.
/// Call it once, as the first thing in `main`.
void catch_stop_signals();

/// Blocks until the process is asked to stop; returns the number of the signal.
int wait_for_stop();

}  // namespace reprise::app

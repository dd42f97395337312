#include "app/stop_signals.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>

namespace reprise::app {
namespace {

std::atomic<int> stop_signal{0};
std::atomic<int> wake{-1};                             // the handler writes to it, on any thread
static_assert(std::atomic<int>::is_always_lock_free);  // otherwise a handler must not touch it

void on_stop_signal(int number) {
  const int before = errno;
  if (stop_signal.exchange(number) != 0) ::_exit(1);  // the second signal: do not wait any more
  const std::uint64_t one = 1;
  if (::write(wake, &one, sizeof one) < 0) ::_exit(1);
  errno = before;
}

}  // namespace

void catch_stop_signals() {
  wake = ::eventfd(0, EFD_CLOEXEC);
  if (wake < 0) {
    throw std::runtime_error(std::string("cannot wait for signals: ") + std::strerror(errno));
  }
  struct sigaction action{};
  action.sa_handler = on_stop_signal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) ::sigaction(number, &action, nullptr);
}

int wait_for_stop() {
  std::uint64_t count = 0;
  while (stop_signal == 0) {
    if (::read(wake, &count, sizeof count) < 0 && errno != EINTR) break;
  }
  return stop_signal;
}

}  // namespace reprise::app

#include "platform/database/postgres_listener.hpp"

#include <libpq-fe.h>
#include <poll.h>
#include <pthread.h>

#include "base/log.hpp"

namespace reprise::database {
namespace {

/// How long the thread may take to notice that it shall end.
constexpr std::chrono::milliseconds kTick{200};
constexpr std::chrono::seconds kConnectAgain{1};

struct FreeNotice {
  void operator()(PGnotify* notice) const { PQfreemem(notice); }
};

}  // namespace

PostgresListener::PostgresListener(PostgresTarget target,
                                   std::function<void(const std::string&)> heard)
    : target_(std::move(target)), heard_(std::move(heard)), thread_([this] { run(); }) {
  pthread_setname_np(thread_.native_handle(), "db-listener");
}

PostgresListener::~PostgresListener() {
  stopping_ = true;
  thread_.join();
}

void PostgresListener::run() {
  while (!stopping_) {
    try {
      listen();
    } catch (const std::exception& error) {
      if (!stopping_) log::warn("database.not_listening", {{"what", error.what()}});
    }
    const Deadline again = Deadline::after(kConnectAgain);
    while (!stopping_ && !again.passed()) std::this_thread::sleep_for(kTick);
  }
}

/// Returns when it shall end, or throws.
void PostgresListener::listen() {
  const auto connection = connect_to(target_);
  const auto lost = [&connection] { return std::runtime_error(PQerrorMessage(connection.get())); };
  if (PQstatus(connection.get()) != CONNECTION_OK) throw lost();
  const std::string command = std::string("listen ") + kNodesChannel;
  const std::unique_ptr<pg_result, ClearAnswer> answer(PQexec(connection.get(), command.c_str()));
  if (PQresultStatus(answer.get()) != PGRES_COMMAND_OK) throw lost();
  log::info("database.listening");
  while (!stopping_) {
    pollfd wait{.fd = PQsocket(connection.get()), .events = POLLIN, .revents = 0};
    ::poll(&wait, 1, static_cast<int>(kTick.count()));
    if (PQconsumeInput(connection.get()) == 0) throw lost();
    for (;;) {
      const std::unique_ptr<PGnotify, FreeNotice> notice(PQnotifies(connection.get()));
      if (!notice) break;
      heard_(notice->extra);
    }
  }
}

}  // namespace reprise::database

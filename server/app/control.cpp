#include "app/control.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <memory>
#include <system_error>

#include "base/log.hpp"

namespace reprise::app {
namespace asio = boost::asio;
using asio::local::stream_protocol;

namespace {

constexpr const char* kName = "control";
constexpr std::size_t kCommandBytesMax = 256;
constexpr std::chrono::seconds kCommandWait{5};
constexpr std::string_view kOk = "ok\n";
constexpr std::string_view kError = "error\n";

/// A directory by its descriptor. The address of a unix socket has at most 107 bytes; a path may be
/// longer.
class OpenDirectory {
 public:
  explicit OpenDirectory(const std::filesystem::path& path)
      : descriptor_(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {
    if (descriptor_ >= 0) return;
    throw std::system_error(errno, std::generic_category(), "open " + path.string());
  }
  ~OpenDirectory() { ::close(descriptor_); }
  OpenDirectory(const OpenDirectory&) = delete;
  OpenDirectory& operator=(const OpenDirectory&) = delete;
  std::string entry(std::string_view name) const {
    return fmt::format("/proc/self/fd/{}/{}", descriptor_, name);
  }

 private:
  int descriptor_;
};

stream_protocol::acceptor listen(const std::filesystem::path& data_dir,
                                 const asio::any_io_executor& executor) {
  const OpenDirectory directory(data_dir);
  const std::string path = directory.entry(kName);
  ::unlink(path.c_str());  // left by a server that was killed
  stream_protocol::acceptor acceptor(executor);
  acceptor.open();
  acceptor.bind(stream_protocol::endpoint(path));
  if (::chmod(path.c_str(), S_IRUSR | S_IWUSR) != 0) {
    throw std::system_error(errno, std::generic_category(), "chmod " + path);
  }
  acceptor.listen();
  return acceptor;
}

}  // namespace

ControlSocket::ControlSocket(const std::filesystem::path& data_dir,
                             const asio::any_io_executor& executor, Command command)
    : command_(std::move(command)), acceptor_(listen(data_dir, executor)) {}

Task<void> ControlSocket::serve() {
  // Out of descriptors: wait until some are free again.
  constexpr std::chrono::milliseconds kPauseAfterError{50};
  for (;;) {
    boost::system::error_code error;
    stream_protocol::socket socket =
        co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, error));
    if (error == asio::error::operation_aborted) co_return;
    if (error) {
      co_await sleep_for(kPauseAfterError);
      continue;
    }
    co_await answer(std::move(socket));
  }
}

Task<void> ControlSocket::answer(stream_protocol::socket accepted) {
  // Shared with the timer's handler, which may still be queued when this function has ended.
  const auto socket = std::make_shared<stream_protocol::socket>(std::move(accepted));
  boost::system::error_code error;
  std::string line;
  {
    // A client that sends nothing must not keep others waiting.
    asio::steady_timer too_late(socket->get_executor(), kCommandWait);
    too_late.async_wait([socket](boost::system::error_code cancelled) {
      if (!cancelled) socket->cancel(cancelled);
    });
    co_await asio::async_read_until(*socket, asio::dynamic_buffer(line, kCommandBytesMax), '\n',
                                    asio::redirect_error(asio::use_awaitable, error));
  }
  if (error) co_return;
  line.resize(line.find('\n'));
  log::info("control.command", {{"command", line}});
  std::string text;
  try {
    const auto answered = co_await command_(std::move(line));
    text = answered ? std::string(kOk) + *answered
                    : std::string(kError) + answered.error().client_message + "\n";
  } catch (const std::exception& failed) {
    text = std::string(kError) + failed.what() + "\n";
  }
  co_await asio::async_write(*socket, asio::buffer(text),
                             asio::redirect_error(asio::use_awaitable, error));
}

Result<std::string> ask_server(const std::filesystem::path& data_dir, const std::string& command) {
  asio::io_context context;
  stream_protocol::socket socket(context);
  boost::system::error_code error;
  try {
    const OpenDirectory directory(data_dir);
    socket.connect(stream_protocol::endpoint(directory.entry(kName)), error);
  } catch (const std::system_error& absent) {
    return fail(ErrorCode::Unavailable,
                fmt::format("no server runs on {} ({}): start it first, or name its --data-dir",
                            data_dir.string(), absent.code().message()));
  }
  if (error) {
    return fail(ErrorCode::Unavailable, fmt::format("no server runs on {} ({}): start it first",
                                                    data_dir.string(), error.message()));
  }
  std::string text;
  asio::write(socket, asio::buffer(command + "\n"), error);
  if (!error) asio::read(socket, asio::dynamic_buffer(text), error);
  if (text.starts_with(kOk)) return text.substr(kOk.size());
  if (text.starts_with(kError)) return fail(ErrorCode::Invalid, text.substr(kError.size()));
  return fail(ErrorCode::Unavailable, "the server ended before it answered");
}

}  // namespace reprise::app

#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <filesystem>
#include <functional>
#include <string>

#include "base/async.hpp"
#include "base/types.hpp"

namespace reprise::app {

/// The unix socket in the data directory through which administrative commands reach the running
/// server. Accounts that may write the directory may use it (mode 0600). It serves one command at a
/// time: a line comes in, a text goes out, and the connection ends.
class ControlSocket {
 public:
  /// Answers one command. Errors: Invalid, a sentence. May throw; the message then is the answer.
  using Command = std::function<Task<Result<std::string>>(std::string command)>;

  /// Throws std::system_error when the socket cannot be made. The caller holds the lock of the
  /// directory.
  ControlSocket(const std::filesystem::path& data_dir, const boost::asio::any_io_executor& executor,
                Command command);
  /// Serves until it is cancelled. On the executor.
  Task<void> serve();

 private:
  Task<void> answer(boost::asio::local::stream_protocol::socket accepted);

  Command command_;
  boost::asio::local::stream_protocol::acceptor acceptor_;
};

/// Sends a command to the server of a data directory and waits for its answer; blocks. Errors:
/// Unavailable when no server runs there; Invalid with the server's sentence.
Result<std::string> ask_server(const std::filesystem::path& data_dir, const std::string& command);

}  // namespace reprise::app

#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

// For tests: a client that sends exactly the bytes it is given.
namespace reprise::http {

class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    constexpr timeval kWait{10, 0};
    const int on = 1;
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &kWait, sizeof kWait);
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) {
      throw std::runtime_error("connect");
    }
  }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  ~RawClient() { ::close(socket_); }

  /// False when the peer has closed.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }

  void finish_sending() { ::shutdown(socket_, SHUT_WR); }

  /// Everything until the peer closes; ends with "(timeout)" when it does not close.
  std::string read_to_end() {
    while (receive()) {
    }
    return std::exchange(received_, {});
  }

  /// One answer: its head, and as much body as Content-Length or chunks tell. Empty when the peer
  /// closed before.
  std::string read_answer(bool is_head = false) {
    while (received_.find("\r\n\r\n") == std::string::npos) {
      if (!receive()) return std::exchange(received_, {});
    }
    const std::size_t head = received_.find("\r\n\r\n") + 4;
    std::size_t size = head;
    const std::size_t length = received_.substr(0, head).find("Content-Length: ");
    if (received_.substr(0, head).find("Transfer-Encoding: chunked") != std::string::npos) {
      while (received_.find("0\r\n\r\n", head) == std::string::npos && receive()) {
      }
      size = received_.find("0\r\n\r\n", head) + 5;
    } else if (length != std::string::npos && !is_head) {
      size += std::stoull(received_.substr(length + 16));
      while (received_.size() < size && receive()) {
      }
    }
    std::string answer = received_.substr(0, size);
    received_.erase(0, size);
    return answer;
  }

  std::string exchange(std::string_view request) {
    send(request);
    return read_answer();
  }

 private:
  bool receive() {
    char space[65536];
    const ssize_t count = ::recv(socket_, space, sizeof space, 0);
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) received_ += "(timeout)";
    if (count <= 0) return false;
    received_.append(space, static_cast<std::size_t>(count));
    return true;
  }

  int socket_;
  std::string received_;
};

inline std::string get(std::string_view path, std::string_view fields = "") {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(fields) +
         "\r\n";
}

inline int status_of(std::string_view answer) {
  return answer.size() > 12 ? std::stoi(std::string(answer.substr(9, 3))) : 0;
}

inline std::string body_of(std::string_view answer) {
  const auto end = answer.find("\r\n\r\n");
  return end == answer.npos ? "" : std::string(answer.substr(end + 4));
}

}  // namespace reprise::http

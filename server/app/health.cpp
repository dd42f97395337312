#include "app/health.hpp"

#include <fmt/format.h>

#include <boost/asio/io_context.hpp>

#include "app/doctor_steps.hpp"
#include "app/listeners.hpp"
#include "base/text.hpp"
#include "platform/http/client.hpp"
#include "platform/http/url.hpp"

namespace reprise::app {

namespace {

constexpr std::chrono::seconds kAnswerWithin{4};  // health checks give 5 s
constexpr std::uint64_t kBodyMax = 64 * 1024;
constexpr std::size_t kShown = 300;  // letters of the answer
constexpr int kFine = 200;

Task<bool> is_healthy(std::string url, std::FILE* out) {
  const auto answer = co_await http::fetch(
      {.url = url, .deadline = Deadline::after(kAnswerWithin), .body_bytes_max = kBodyMax});
  if (!answer) {
    fmt::print(out, "{} does not answer: {}\n", url, answer.error().detail);
    co_return false;
  }
  fmt::print(out, "{}: {}\n", answer->status, text::one_line(answer->body).substr(0, kShown));
  co_return answer->status == kFine;
}

}  // namespace

std::string health_url(const HostPort& ops_listen) {
  // Who listens on every address listens on this one, too; and so does `localhost`, which a machine
  // without /etc/hosts does not know.
  const bool own =
      ops_listen.host == "0.0.0.0" || ops_listen.host == "::" || ops_listen.host == "localhost";
  return url_of(own ? HostPort{"127.0.0.1", ops_listen.port} : ops_listen, ops_listen.port) +
         "/readyz";
}

int ask_health(const std::string& url, std::FILE* out) {
  boost::asio::io_context context(1);
  return exit_code_of(context, is_healthy(url, out), out);
}

}  // namespace reprise::app

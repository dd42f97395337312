#include "app/way_routes.hpp"

#include <memory>
#include <utility>

#include "base/async.hpp"
#include "platform/http/event_stream.hpp"
#include "platform/http/ranged.hpp"
#include "platform/http/waiting_source.hpp"

namespace reprise::app {
namespace {

constexpr std::size_t kBytes = 1024;
constexpr int kLetters = 26;

Bytes to_bytes(std::string_view text) {
  const auto view = as_bytes(text);
  return {view.begin(), view.end()};
}

class TwoEvents final : public http::WaitingSource {
 public:
  Task<Bytes> next() override {
    switch (sent_++) {
      case 0:
        co_return to_bytes("data: first\n\n");
      case 1:
        co_await sleep_for(kWayPause);
        co_return to_bytes("data: second\n\n");
      default:
        co_return Bytes();
    }
  }

 private:
  int sent_ = 0;
};

class Part final : public http::BodySource {
 public:
  explicit Part(std::string text) : text_(std::move(text)) {}
  Task<Bytes> next() override { co_return to_bytes(std::exchange(text_, {})); }

 private:
  std::string text_;
};

Task<http::Response> events(http::Request) {
  co_return http::event_stream(std::make_unique<TwoEvents>());
}

Task<http::Response> bytes(http::Request request) {
  const std::string all = way_bytes();
  co_return http::ranged(
      request, all.size(), "application/octet-stream", "\"way\"", "no-store",
      [all](ByteRange range) {
        return std::make_unique<Part>(all.substr(range.first, range.last - range.first));
      });
}

}  // namespace

std::string way_bytes() {
  std::string text(kBytes, 'a');
  for (std::size_t at = 0; at < text.size(); ++at) {
    text[at] = static_cast<char>('a' + at % kLetters);
  }
  return text;
}

http::Routes way_routes() {
  return {{http::Method::Get, std::string(kWayEvents), events},
          {http::Method::Get, std::string(kWayBytes), bytes}};
}

}  // namespace reprise::app

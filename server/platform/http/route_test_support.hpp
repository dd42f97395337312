#pragma once

// Calls the handlers of a feature without a socket. For tests.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <boost/json/parse.hpp>
#include <chrono>
#include <cstring>
#include <thread>

#include "base/run_alone.hpp"
#include "platform/http/http.hpp"

namespace reprise::http {

/// A body that is there already.
class TextBody final : public BodyReader {
 public:
  explicit TextBody(std::string_view text) : text_(text) {}
  Task<Result<std::size_t>> read_some(std::span<std::byte> space) override {
    const std::size_t count = std::min(space.size(), text_.size() - at_);
    std::memcpy(space.data(), text_.data() + at_, count);
    at_ += count;
    co_return count;
  }
  std::optional<std::uint64_t> length() const override { return text_.size(); }

 private:
  std::string text_;
  std::size_t at_ = 0;
};

/// What a test asks; what it leaves out is as a plain request has it.
struct Ask {
  Method method = Method::Get;
  std::string pattern;
  std::vector<std::string> params = {};
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> query = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string content_type = "application/json";
  access::Principal who = access::local_principal();
  std::string peer_address = {};
};

struct Answered {
  int status = 0;
  Headers headers;
  std::string text;
  boost::json::value json;  ///< null when the text is not JSON
  /// The problem's type without its prefix, or empty.
  std::string problem() const {
    const auto* object = json.if_object();
    const auto* type = object == nullptr ? nullptr : object->if_contains("type");
    if (type == nullptr || !type->is_string()) return {};
    const std::string name(type->as_string());
    return name.substr(name.rfind(':') + 1);
  }
};

/// Runs the handler of the route with this method and pattern on this thread.
inline Answered call(const Routes& routes, Ask ask) {
  const auto route = std::ranges::find_if(routes, [&ask](const Route& one) {
    return one.method == ask.method && one.pattern == ask.pattern;
  });
  if (route == routes.end()) {
    ADD_FAILURE() << "no route " << ask.pattern;
    return {};
  }
  TextBody body(ask.body);
  Request request{.method = ask.method,
                  .path = ask.pattern,
                  .query = std::move(ask.query),
                  .params = std::move(ask.params),
                  .request_id = "test",
                  .peer_address = std::move(ask.peer_address),
                  .principal = std::move(ask.who),
                  .body = &body};
  if (!ask.body.empty()) request.headers.add("Content-Type", ask.content_type);
  for (auto& [name, value] : ask.headers) request.headers.add(name, value);
  Response response = run_alone(route->handler(std::move(request)));
  Answered answered{.status = response.status, .headers = std::move(response.headers)};
  if (const auto* text = std::get_if<std::string>(&response.body)) answered.text = *text;
  boost::system::error_code malformed;
  auto json = boost::json::parse(answered.text, malformed);
  if (!malformed) answered.json = std::move(json);
  return answered;
}

/// Expects that the handler answers only after `reads` had time for it: that is where it makes its
/// JSON, and not on the thread that serves connections. `reads` has one thread and no other work.
inline void expect_made_in(BlockingPool& reads, const Routes& routes, Ask ask) {
  // Longer than the handler needs without that pool.
  static constexpr std::chrono::milliseconds kBusy{100};
  std::atomic<bool> busy = true;
  reads.post([&busy] {
    std::this_thread::sleep_for(kBusy);
    busy = false;
  });
  const std::string pattern = ask.pattern;
  const Answered answered = call(routes, std::move(ask));
  EXPECT_FALSE(busy) << pattern << " was answered while the pool for JSON was busy";
  EXPECT_EQ(answered.status, 200) << pattern;
  while (busy) std::this_thread::yield();
}

}  // namespace reprise::http

// reprise-gcs: calls the object store of platform/gcs, for tests against a fake. Commands are JSON,
// one a line on standard input; each answer is a line on standard output.
//
//   {"do": "put", "key": "a", "bytes": 100, "seed": 1}       content as `filled` makes it
//   {"do": "put_pieces", "key": "a", "bytes": 100, "seed": 1, "piece": 10}
//   {"do": "read", "key": "a", "first": 0, "last": 10}       look, remove; list with "page_max"
//
// `times`: so many at once (1). `within_ms`: the deadline (10 000).

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/json.hpp>
#include <cstdio>
#include <exception>
#include <iostream>
#include <string>

#include "base/base64.hpp"
#include "base/config.hpp"
#include "base/digest.hpp"
#include "platform/gcs/objects.hpp"
#include "platform/gcs/tokens.hpp"
#include "platform/http/client/connections.hpp"

namespace reprise {
namespace {

namespace json = boost::json;

std::string filled(std::size_t bytes, std::uint32_t seed) {
  std::string content(bytes, '\0');
  for (char& byte : content) {
    seed = seed * 1'103'515'245U + 12'345U;
    byte = static_cast<char>(seed >> 16);
  }
  return content;
}

class Pieces final : public http::BodySource {
 public:
  Pieces(std::string content, std::size_t piece) : left_(std::move(content)), piece_(piece) {}
  Task<Bytes> next() override {
    const ByteView piece = as_bytes(left_).subspan(at_).first(std::min(piece_, left_.size() - at_));
    at_ += piece.size();
    co_return Bytes(piece.begin(), piece.end());
  }

 private:
  const std::string left_;
  const std::size_t piece_;
  std::size_t at_ = 0;
};

struct Order {
  const json::object& said;
  std::string text(const char* name) const {
    return said.contains(name) ? std::string(said.at(name).as_string()) : "";
  }
  std::uint64_t number(const char* name, std::uint64_t missing) const {
    return said.contains(name) ? said.at(name).to_number<std::uint64_t>() : missing;
  }
};

json::object failed(const Error& error) {
  constexpr std::array kNames{
      "invalid",     "unprocessable", "not_found",        "conflict",    "gone",        "too_large",
      "unsupported", "forbidden",     "upstream_refused", "unavailable", "storage_full"};
  return {{"error", kNames.at(static_cast<std::size_t>(error.code))},
          {"detail", error.client_message + " " + error.log_detail}};
}

json::object told(const Result<gcs::ObjectInfo>& info) {
  if (!info) return failed(info.error());
  return {{"key", info->key},
          {"bytes", info->bytes},
          {"crc32c", info->crc32c},
          {"generation", std::to_string(info->generation)}};
}

Task<json::object> list_all(gcs::Objects& objects, Order order, Deadline deadline) {
  json::array pages;
  std::string cursor;
  do {
    const auto page =
        co_await objects.list(order.text("key"), cursor, deadline,
                              static_cast<int>(order.number("page_max", gcs::kPageMax)));
    if (!page) co_return failed(page.error());
    json::array keys;
    for (const auto& one : page->objects) keys.emplace_back(one.key);
    pages.push_back(keys);
    cursor = page->next;
  } while (!cursor.empty());
  co_return json::object{{"pages", pages}};
}

Task<json::object> obey(gcs::Objects& objects, Order order) {
  const std::string what = order.text("do");
  const std::string key = order.text("key");
  const auto deadline =
      Deadline::after(std::chrono::milliseconds(order.number("within_ms", 10'000)));
  const auto content = [&] {
    return filled(order.number("bytes", 0), static_cast<std::uint32_t>(order.number("seed", 0)));
  };
  if (what == "put") co_return told(co_await objects.put(key, content(), deadline));
  if (what == "look") co_return told(co_await objects.look(key, deadline));
  if (what == "list") co_return co_await list_all(objects, order, deadline);
  if (what == "put_pieces") {
    Pieces pieces(content(), order.number("piece", 100'000));
    co_return told(co_await objects.put_pieces(key, pieces, deadline));
  }
  if (what == "remove") {
    const auto status = co_await objects.remove(key, deadline);
    co_return status ? json::object{{"removed", true}} : failed(status.error());
  }
  const ByteRange range{order.number("first", 0), order.number("last", UINT64_MAX)};
  const auto bytes = co_await objects.read(key, range, deadline);
  if (!bytes) co_return failed(bytes.error());
  co_return json::object{{"bytes", bytes->size()}, {"sha256", hex(sha256(*bytes))}};
}

Task<void> obey_and_tell(gcs::Objects& objects, Order order) {
  const auto began = std::chrono::steady_clock::now();
  json::object answer = co_await obey(objects, order);
  const auto took = std::chrono::steady_clock::now() - began;
  answer["ms"] = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
  fmt::print("{}\n", json::serialize(answer));
}

Task<void> obey_all(gcs::Objects& objects) {
  std::string line;
  while (std::getline(std::cin, line)) {
    const json::object said = json::parse(line).as_object();
    const Order order{said};
    TaskGroup together(co_await boost::asio::this_coro::executor);
    for (std::uint64_t times = order.number("times", 1); times > 0; --times) {
      together.spawn("order", obey_and_tell(objects, order));
    }
    co_await together.join(Deadline::never());
  }
}

int run(const char* url) {
  const auto address = gcs::read_address(url);
  const auto environment = process_environment();
  const auto credentials =
      gcs::find_credentials({.environment = environment, .read_file = read_small_file});
  if (!address || !credentials) {
    fmt::print(stderr, "{}\n", (address ? credentials.error() : address.error()).client_message);
    return 1;
  }
  boost::asio::io_context context;
  constexpr std::size_t kConnections = 32;
  http::Connections connections(kConnections);
  const gcs::Send send = [&](http::ClientRequest request) {
    return connections.fetch(std::move(request));
  };
  gcs::Tokens tokens(*credentials, gcs::Scope::Objects, send);
  gcs::Objects objects(*address, send, tokens);
  boost::asio::co_spawn(context, obey_all(objects), [](const std::exception_ptr& error) {
    if (error) std::rethrow_exception(error);
  });
  context.run();
  return 0;
}

}  // namespace
}  // namespace reprise

int main(int count, char** arguments) {
  try {
    return count == 2 ? reprise::run(arguments[1]) : 2;
  } catch (const std::exception& failure) {
    std::fputs(failure.what(), stderr);
    return 1;
  }
}

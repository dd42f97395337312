#include "platform/answering/text_service.hpp"

#include <gtest/gtest.h>

#include "base/run_alone.hpp"

namespace reprise::answering {
namespace {

class OneAnswer final : public http::StreamedAnswer {
 public:
  OneAnswer(int status, std::string body) : status_(status), body_(std::move(body)) {}
  int status() const override { return status_; }
  http::Headers headers() const override { return {}; }
  Task<std::expected<std::string, http::FetchError>> next(Deadline) override {
    co_return std::exchange(body_, {});
  }

 private:
  const int status_;
  std::string body_;
};

/// Opens streams with these states, one after the other.
struct Service {
  std::vector<int> states;
  std::size_t asked = 0;
};
Task<http::OpenedStream> open(Service* service, http::ClientRequest) {
  co_return std::make_unique<OneAnswer>(service->states.at(service->asked++), "body");
}

Answer<std::unique_ptr<http::StreamedAnswer>> ask(Service& service) {
  return run_alone(open_patiently(
      [&service](http::ClientRequest request) { return open(&service, std::move(request)); }, {},
      [](const http::ClientResponse& answer) {
        return NoAnswer{
            .error = {ErrorCode::UpstreamRefused, std::to_string(answer.status) + answer.body}};
      },
      [](const http::FetchError&) { return NoAnswer{}; }));
}

TEST(OpenPatiently, AServiceThatIsBusyIsAskedAgain) {
  Service busy{.states = {503, 500, 200}};
  EXPECT_TRUE(ask(busy));
  EXPECT_EQ(busy.asked, 3U);
}

TEST(OpenPatiently, AnythingElseIsSaidAtOnce) {
  Service quota{.states = {429, 200}};
  const auto refused = ask(quota);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().error.client_message, "429body");
  EXPECT_EQ(quota.asked, 1U);
}

TEST(ServiceFacts, WhatAServiceUnderstands) {
  const ServiceFacts facts{
      .id = "a", .name = "A", .default_model = "m", .takes = {"text", "pictures"}};
  EXPECT_TRUE(takes(facts, "text/markdown"));
  EXPECT_TRUE(takes(facts, "application/json"));
  EXPECT_TRUE(takes(facts, "image/webp"));
  EXPECT_FALSE(takes(facts, "video/mp4"));
  EXPECT_FALSE(takes(facts, "audio/wav"));
  EXPECT_FALSE(takes(facts, "application/pdf"));
  EXPECT_TRUE(is_kind("sound"));
  EXPECT_FALSE(is_kind("smell"));
}

}  // namespace
}  // namespace reprise::answering

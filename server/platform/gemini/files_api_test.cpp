#include "platform/gemini/files_api.hpp"

#include <gtest/gtest.h>

#include <deque>

#include "base/run_alone.hpp"

namespace reprise::gemini {
namespace {

using Requests = std::vector<http::ClientRequest>;
using Answers = std::deque<http::ClientResponse>;

http::ClientResponse answer(std::string body, std::string url = {}) {
  http::ClientResponse one{.status = 200, .body = std::move(body)};
  if (!url.empty()) one.headers.add("X-Goog-Upload-URL", std::move(url));
  return one;
}
std::string file(const std::string& state) {
  return R"({"name":"files/1","uri":"http://s/v1beta/files/1","state":")" + state + R"("})";
}

class FilesApiTest : public testing::Test {
 protected:
  static Task<std::expected<http::ClientResponse, http::FetchError>> reply(
      FilesApiTest* test, http::ClientRequest request) {
    test->asked_.push_back(std::move(request));
    auto one = std::move(test->answers_.front());
    test->answers_.pop_front();
    co_return one;
  }
  static Task<Bytes> piece(std::deque<Bytes>* pieces) {
    if (pieces->empty()) co_return Bytes();
    Bytes one = std::move(pieces->front());
    pieces->pop_front();
    co_return one;
  }
  Result<std::string> give(const std::vector<std::size_t>& sizes) {
    std::int64_t bytes = 0;
    pieces_.clear();
    for (const std::size_t size : sizes) {
      pieces_.emplace_back(size);
      bytes += static_cast<std::int64_t>(size);
    }
    return run_alone(api_.place_of({.key = "content",
                                    .name = "a.mp4",
                                    .media_type = "video/mp4",
                                    .bytes = bytes,
                                    .next = [this] { return piece(&pieces_); }},
                                   Deadline::after(std::chrono::seconds(20))));
  }

  std::int64_t now_ = 0;
  Requests asked_;
  Answers answers_;
  std::deque<Bytes> pieces_;
  FilesApi api_{{.base_url = "http://s", .key = "k"},
                [this](http::ClientRequest request) { return reply(this, std::move(request)); },
                [this] { return now_; }};
};

TEST_F(FilesApiTest, AFileGoesInPiecesAndIsAskedForUntilItCanBeUsed) {
  answers_ = {answer("{}", "http://s/up?id=1"), answer("{}"),
              answer("{\"file\":" + file("PROCESSING") + "}"), answer(file("ACTIVE"))};
  EXPECT_EQ(give({kFilePieceBytes - 1, 2, 10}), "http://s/v1beta/files/1");
  ASSERT_EQ(asked_.size(), 4U);
  EXPECT_EQ(asked_[0].url, "http://s/upload/v1beta/files");
  EXPECT_EQ(asked_[0].headers.find("X-Goog-Upload-Header-Content-Length"),
            std::to_string(kFilePieceBytes + 11));
  EXPECT_EQ(asked_[1].url, "http://s/up?id=1");
  EXPECT_EQ(asked_[1].body.size(), kFilePieceBytes);
  EXPECT_EQ(asked_[1].headers.find("X-Goog-Upload-Command"), "upload");
  EXPECT_EQ(asked_[2].headers.find("X-Goog-Upload-Offset"), std::to_string(kFilePieceBytes));
  EXPECT_EQ(asked_[2].headers.find("X-Goog-Upload-Command"), "upload, finalize");
  EXPECT_EQ(asked_[3].url, "http://s/v1beta/files/1");
}

TEST_F(FilesApiTest, ItIsGivenOnceUntilTheServiceForgets) {
  answers_ = {answer("{}", "http://s/up"), answer(file("ACTIVE"))};
  EXPECT_TRUE(give({1}).has_value());
  EXPECT_TRUE(give({1}).has_value());
  EXPECT_EQ(asked_.size(), 2U);
  now_ += std::chrono::nanoseconds(kPlaceKept).count();
  answers_ = {answer("{}", "http://s/up"), answer(file("ACTIVE"))};
  EXPECT_TRUE(give({1}).has_value());
  EXPECT_EQ(asked_.size(), 4U);
}

TEST_F(FilesApiTest, WhatTheServiceDoesNotTakeIsSaidInWords) {
  answers_ = {{.status = 403}};
  EXPECT_EQ(give({1}).error().type, "file-not-taken");
  answers_ = {answer("{}", "http://s/up"), answer(file("FAILED"))};
  EXPECT_EQ(give({1}).error().type, "file-not-taken");
  answers_ = {answer("{}", "http://s/up"), answer("not JSON")};
  EXPECT_EQ(give({1}).error().type, "file-not-taken");
}

}  // namespace
}  // namespace reprise::gemini

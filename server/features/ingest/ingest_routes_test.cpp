#include "features/ingest/ingest_routes.hpp"

#include "base/base64.hpp"
#include "platform/archive/archive_test_support.hpp"
#include "platform/http/route_test_support.hpp"

namespace reprise::ingest {
namespace {

using http::Answered;
using http::Ask;
using http::Method;

constexpr const char* kChunk = "/api/recordings/{id:uuid}/chunks/{seq:uint}";
constexpr const char* kChunks = "/api/recordings/{id:uuid}/chunks";
constexpr const char* kFinish = "/api/recordings/{id:uuid}/finish";

class IngestRoutesTest : public archive::ArchiveTest {
 protected:
  IngestRoutesTest() : routes_(ingest_routes(*archive_, pool_)) {}

  Answered put_chunk(std::int64_t seq, std::string_view content, Ask change = {}) {
    const Bytes bytes = chunk(content);
    change.method = Method::Put;
    change.pattern = kChunk;
    change.params = {id_.value, std::to_string(seq)};
    change.body = std::string(as_text(bytes));
    if (change.content_type == "application/json") change.content_type = "application/vnd.mcap";
    if (change.headers.empty()) {
      change.headers = {{"Content-Digest", "sha-256=:" + base64_encode(sha256(bytes)) + ":"}};
    }
    return call(routes_, std::move(change));
  }
  Answered finish_with(std::string body) {
    return call(routes_, {.method = Method::Post,
                          .pattern = kFinish,
                          .params = {id_.value},
                          .body = std::move(body)});
  }
  Answered list(std::vector<std::pair<std::string, std::string>> query = {}) {
    return call(routes_, {.pattern = kChunks, .params = {id_.value}, .query = std::move(query)});
  }

  const http::Routes routes_;
};

TEST_F(IngestRoutesTest, AChunkIsAnsweredWithWhatProvesIt) {
  const Answered stored = put_chunk(0, "{}");
  EXPECT_EQ(stored.status, 201);
  EXPECT_EQ(stored.json.at("seq"), 0);
  EXPECT_EQ(std::string(stored.json.at("sha256").as_string()), hex(sha256(chunk("{}"))));
  EXPECT_EQ(put_chunk(0, "{}").text, stored.text) << "a repeat answers the same";
}

TEST_F(IngestRoutesTest, WhatIsNoChunkIsRefusedByItsTypeDigestOrPlace) {
  EXPECT_EQ(put_chunk(0, "{}", {.content_type = "text/plain"}).status, 415);
  EXPECT_EQ(put_chunk(0, "{}", {.headers = {{"Content-Digest", "md5=:AAAA:"}}}).status, 400);
  const std::string other = "sha-256=:" + base64_encode(sha256(as_bytes("other"))) + ":";
  const Answered damaged = put_chunk(0, "{}", {.headers = {{"Content-Digest", other}}});
  EXPECT_EQ(damaged.status, 422);
  EXPECT_EQ(damaged.problem(), "chunk-digest-mismatch");
  ASSERT_EQ(put_chunk(0, "{}").status, 201);
  EXPECT_EQ(put_chunk(0, "other").problem(), "chunk-conflict");
}

TEST_F(IngestRoutesTest, FinishTakesOnlyWhatABrowserCanKnow) {
  EXPECT_EQ(finish_with(R"({"last_seq":-2,"reason":"hangup"})").status, 400);
  EXPECT_EQ(finish_with(R"({"last_seq":2147483648,"reason":"hangup"})").status, 400);
  EXPECT_EQ(finish_with(R"({"last_seq":0,"reason":"abandoned"})").status, 400)
      << "only the server finds that";
  EXPECT_EQ(finish_with(R"({"last_seq":0,"reason":"hangup","more":1})").status, 400);
  const Answered finished = finish_with(R"({"last_seq":0,"reason":"lost"})");
  EXPECT_EQ(finished.status, 200);
  EXPECT_EQ(finished.json.at("state"), "complete_with_gaps");
  EXPECT_EQ(finish_with(R"({"last_seq":1,"reason":"lost"})").problem(), "already-finished");
}

TEST_F(IngestRoutesTest, ChunksAreListedInPages) {
  for (int seq = 0; seq < 3; ++seq) ASSERT_EQ(put_chunk(seq, std::to_string(seq)).status, 201);
  const Answered first = list({{"limit", "2"}});
  ASSERT_EQ(first.status, 200);
  EXPECT_EQ(first.json.at("chunks").as_array().size(), 2U);
  EXPECT_EQ(first.json.at("highest_seq"), 2);
  EXPECT_TRUE(first.json.at("last_seq").is_null());
  const std::string cursor(first.json.at("next_cursor").as_string());
  const Answered second = list({{"limit", "2"}, {"cursor", cursor}});
  EXPECT_EQ(second.json.at("chunks").as_array().size(), 1U);
  EXPECT_EQ(second.json.at("chunks").at(0).at("seq"), 2);
  EXPECT_TRUE(second.json.at("next_cursor").is_null());
  EXPECT_EQ(list({{"limit", "0"}}).status, 400);
  EXPECT_EQ(list({{"cursor", "?"}}).status, 400);
}

TEST_F(IngestRoutesTest, TheJsonOfListsIsNotMadeOnAThreadOfConnections) {
  BlockingPool reads("reads", 1);
  const http::Routes routes = ingest_routes(*archive_, reads);
  expect_made_in(reads, routes, {.pattern = "/api/recordings"});
  expect_made_in(reads, routes, {.pattern = kChunks, .params = {id_.value}});
  reads.close();
}

TEST_F(IngestRoutesTest, WhatIsNotThereAndWhatIsErasedAreTold) {
  EXPECT_EQ(call(routes_, {.pattern = kChunks, .params = {new_uuid7()}}).status, 404);
  ASSERT_TRUE(run_alone(archive_->erase(access::Reach::everything(), id_)).has_value());
  EXPECT_EQ(list().status, 410);
  EXPECT_EQ(put_chunk(0, "{}").problem(), "recording-erased");
  const Answered all = call(routes_, {.pattern = "/api/recordings"});
  EXPECT_EQ(all.status, 200);
  EXPECT_TRUE(all.json.at("recordings").as_array().empty());
}

}  // namespace
}  // namespace reprise::ingest

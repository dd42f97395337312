#include "features/search/search_routes.hpp"

#include <boost/json.hpp>

#include "platform/archive/archive_test_support.hpp"
#include "platform/http/route_test_support.hpp"

namespace reprise::search {
namespace {
namespace json = boost::json;

class SearchRoutesTest : public archive::ArchiveTest {
 protected:
  http::Response get(std::vector<std::pair<std::string, std::string>> query) {
    const auto routes = search_routes(*archive_, pool_);
    http::Request request{
        .method = http::Method::Get, .path = "/api/search", .principal = access::local_principal()};
    request.query = std::move(query);
    return run_alone(routes.at(0).handler(std::move(request)));
  }
  static json::object body_of(const http::Response& response) {
    return json::parse(std::get<std::string>(response.body)).as_object();
  }
  void say(const std::string& text) {
    ASSERT_EQ(run_alone(archive_->store_view(id_, {},
                                             {{.speaker = recording::Speaker::Model,
                                               .start_ns = 1'500'000'000,
                                               .end_ns = 2'000'000'000,
                                               .text = text}})),
              archive::ViewStored::Yes);
  }
};

TEST_F(SearchRoutesTest, ASentenceComesWithItsMomentAndItsMarks) {
  say("Die Kühlschranktür quietscht.");
  const auto response = get({{"q", "kuhl"}});
  EXPECT_EQ(response.status, 200);
  const auto body = body_of(response);
  EXPECT_TRUE(body.at("next_cursor").is_null());
  json::object hit = body.at("hits").as_array().at(0).as_object();
  hit.erase("recorded_at");
  EXPECT_EQ(hit, json::parse(R"({"kind": "moment", "chat_title": "Chat", "speaker": "model",
    "start_ms": 1500.0, "end_ms": 2000.0, "pieces": [{"text": "Die ", "marked": false},
    {"text": "Kühlschranktür", "marked": true}, {"text": " quietscht.", "marked": false}],
    "chat_id": ")" + chat_.value +
                             R"(", "recording_id": ")" + id_.value + R"("})")
                     .as_object());
}

TEST_F(SearchRoutesTest, ATitleIsAHitOfItsOwn) {
  run_alone(database_->write(database::usual_deadline(), [&](database::Transaction& transaction) {
    archive_->title_changed(transaction, chat_);
  }));
  const auto body = body_of(get({{"q", "CHAT"}}));
  const json::object& hit = body.at("hits").as_array().at(0).as_object();
  EXPECT_EQ(json::value_to<std::string>(hit.at("kind")), "chat");
  EXPECT_EQ(json::value_to<std::string>(hit.at("chat_id")), chat_.value);
}

TEST_F(SearchRoutesTest, ARecordingIsFoundByTheNameItWasGiven) {
  ASSERT_TRUE(
      run_alone(archive_->rename(access::Reach::everything(), id_, "Jockey wheel")).has_value());
  const auto body = body_of(get({{"q", "jock"}}));
  json::object hit = body.at("hits").as_array().at(0).as_object();
  hit.erase("recorded_at");
  EXPECT_EQ(hit, json::parse(R"({"kind": "recording", "chat_title": "Chat", "title": "Jockey wheel",
    "pieces": [{"text": "Jockey", "marked": true}, {"text": " wheel", "marked": false}],
    "chat_id": ")" + chat_.value +
                             R"(", "recording_id": ")" + id_.value + R"("})")
                     .as_object());
  ASSERT_TRUE(run_alone(archive_->erase(access::Reach::everything(), id_)).has_value());
  EXPECT_TRUE(body_of(get({{"q", "jock"}})).at("hits").as_array().empty());
}

TEST_F(SearchRoutesTest, PagesLeadOn) {
  run_alone(database_->write(database::usual_deadline(), [&](database::Transaction& transaction) {
    archive_->title_changed(transaction, chat_);
  }));
  say("A chat about nothing.");
  const auto first = body_of(get({{"q", "chat"}, {"limit", "1"}}));
  ASSERT_TRUE(first.at("next_cursor").is_string());
  const auto second = body_of(get({{"q", "chat"},
                                   {"limit", "1"},
                                   {"cursor", std::string(first.at("next_cursor").as_string())}}));
  const json::value& hit = second.at("hits").as_array().at(0);
  EXPECT_EQ(json::value_to<std::string>(hit.at("kind")), "moment");
  EXPECT_TRUE(second.at("next_cursor").is_null());
}

TEST_F(SearchRoutesTest, WhatCannotBeLookedForIsRefused) {
  EXPECT_EQ(get({}).status, 400);
  EXPECT_EQ(get({{"q", ""}}).status, 400);
  EXPECT_EQ(get({{"q", "a"}, {"limit", "0"}}).status, 400);
  EXPECT_EQ(get({{"q", "a"}, {"cursor", "x"}}).status, 400);
  EXPECT_EQ(get({{"q", "?!"}}).status, 200);
}

TEST_F(SearchRoutesTest, TheJsonOfHitsIsNotMadeOnAThreadOfConnections) {
  BlockingPool reads("reads", 1);
  http::expect_made_in(reads, search_routes(*archive_, reads),
                       {.pattern = "/api/search", .query = {{"q", "chat"}}});
  reads.close();
}

}  // namespace
}  // namespace reprise::search

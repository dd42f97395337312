#include "features/chat/chat_routes.hpp"

#include <gmock/gmock.h>

#include "base/id.hpp"
#include "features/chat/silent_service.hpp"
#include "platform/archive/archive_test_support.hpp"
#include "platform/http/route_test_support.hpp"

namespace reprise::chat {
namespace {

using http::Answered;
using http::Method;

constexpr const char* kChats = "/api/chats";
constexpr const char* kChat = "/api/chats/{id:uuid}";

class ChatRoutesTest : public archive::ArchiveTest {
 protected:
  Answered create(std::string body) {
    return http::call(routes_,
                      {.method = Method::Post, .pattern = kChats, .body = std::move(body)});
  }
  Answered ask(Method method, std::string id, std::string body = {}) {
    return http::call(
        routes_,
        {.method = method, .pattern = kChat, .params = {std::move(id)}, .body = std::move(body)});
  }

  Chats chats_{*database_, *archive_};
  SilentService silent_;
  SilentService other_{{.id = "openai", .name = "Somebody else", .default_model = "o"}};
  const Providers providers_{{&silent_, &other_}};
  ModelLists lists_;
  const http::Routes routes_ = chat_routes(chats_, providers_, lists_, pool_);
};

TEST_F(ChatRoutesTest, AChatIsMadeWithOrWithoutATitle) {
  const Answered named = create(R"({"title":"  Tea  "})");
  EXPECT_EQ(named.status, 201);
  EXPECT_EQ(named.json.at("title"), "Tea");
  const std::string id(named.json.at("id").as_string());
  EXPECT_EQ(named.headers.find("Location"), "/api/chats/" + id);
  EXPECT_EQ(create("{}").json.at("title"), session::kUntitled);
}

TEST_F(ChatRoutesTest, BadTitlesAndBodiesAreRefused) {
  for (const char* body : {R"({"title":1})", R"({"titel":"x"})", R"({"title":"\u0000"})", "[]",
                           R"({"title":"\u200b"})", "{"}) {
    EXPECT_EQ(create(body).status, 400) << body;
  }
  EXPECT_EQ(ask(Method::Patch, chat_.value, R"({"title":"  "})").status, 400)
      << "a chat that has a title keeps one";
}

TEST_F(ChatRoutesTest, RenamingAndDeletingTellWhatIsNotThere) {
  EXPECT_EQ(ask(Method::Patch, chat_.value, R"({"title":"Coffee"})").json.at("title"), "Coffee");
  EXPECT_EQ(ask(Method::Delete, chat_.value).status, 204);
  for (const Method method : {Method::Get, Method::Delete}) {
    EXPECT_EQ(ask(method, chat_.value).status, 404);
  }
  EXPECT_EQ(ask(Method::Patch, chat_.value, R"({"title":"x"})").status, 404);
}

TEST_F(ChatRoutesTest, AModelThatItsServiceDoesNotListIsRefused) {
  const auto patch = [this](std::string body) {
    return ask(Method::Patch, chat_.value, std::move(body));
  };
  for (const char* body :
       {R"({"model":"x"})", R"({"provider":"openai","model":"n2"})",
        R"({"title":"Tea","model":"x"})", R"({"model":"a b"})", R"({"model":"../n"})"}) {
    const Answered refused = patch(body);
    EXPECT_EQ(refused.status, 400) << body;
    EXPECT_THAT(std::string(refused.json.at("detail").as_string()), testing::StartsWith("`model`"))
        << body;
  }
  EXPECT_NE(ask(Method::Get, chat_.value).json.at("title"), "Tea") << "nothing half done";
  EXPECT_EQ(patch(R"({"model":"n"})").status, 200);
  EXPECT_EQ(patch(R"({"model":"m"})").status, 200);
  EXPECT_EQ(patch(R"({"provider":"openai","model":"o"})").status, 200);
  EXPECT_EQ(patch(R"({"model":"m"})").status, 400) << "the chat's own service counts";
  EXPECT_EQ(patch(R"({"model":""})").status, 200) << "the usual one";
}

TEST_F(ChatRoutesTest, AModelThatIsNewlyThereIsFoundAndOneThatNobodyListsIsTaken) {
  const auto patch = [this] {
    return ask(Method::Patch, chat_.value, R"({"model":"new"})").status;
  };
  EXPECT_EQ(patch(), 400);
  silent_.further = {"new"};
  EXPECT_EQ(patch(), 200);
  const int before = silent_.lists_asked;
  EXPECT_EQ(patch(), 200);
  EXPECT_EQ(silent_.lists_asked, before) << "what is listed is not asked again";
  silent_.lists = other_.lists = false;
  EXPECT_EQ(ask(Method::Patch, chat_.value, R"({"model":"../../x?key=1"})").status, 400)
      << "also where nobody knows, no name leads to another address";
  EXPECT_EQ(ask(Method::Patch, chat_.value, R"({"provider":"openai","model":"y"})").status, 200);
}

TEST_F(ChatRoutesTest, TheModelOfAForeignOrAbsentChatTellsNothing) {
  EXPECT_EQ(ask(Method::Patch, new_uuid7(), R"({"model":"x"})").status, 404);
}

/// Its recording is gone for everybody, but a file is still in use.
TEST_F(ChatRoutesTest, DeletingSaysWhenFilesFollow) {
  heard_.stuck = id_;
  const Answered deleted = ask(Method::Delete, chat_.value);
  EXPECT_EQ(deleted.status, 202);
  EXPECT_EQ(deleted.json.at("files"), "follow");
}

TEST_F(ChatRoutesTest, TheJsonOfListsIsNotMadeOnAThreadOfConnections) {
  BlockingPool reads("reads", 1);
  const http::Routes routes = chat_routes(chats_, providers_, lists_, reads);
  http::expect_made_in(reads, routes, {.pattern = kChats});
  reads.close();
}

}  // namespace
}  // namespace reprise::chat

#include "platform/openai/openai_api.hpp"

#include <gmock/gmock.h>

#include "base/run_alone.hpp"

namespace reprise::openai {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::string kKey = "sk-very-secret-key";

class OpenAiApiTest : public testing::Test {
 protected:
  OpenAiApi api(std::string key = kKey) {
    return OpenAiApi(
        {.base_url = "https://models.example/v1",
         .key = std::move(key),
         .name = "Example",
         .model = "first",
         .takes = {"text"}},
        [](http::ClientRequest) -> Task<http::OpenedStream> {
          co_return std::unexpected(http::FetchError{http::FetchFault::Refused, "no", 0});
        },
        [this](http::ClientRequest request) { return answer(this, std::move(request)); });
  }
  static Task<std::expected<http::ClientResponse, http::FetchError>> answer(
      OpenAiApiTest* test, http::ClientRequest request) {
    test->asked_ = std::move(request);
    co_return test->answer_;
  }

  http::ClientResponse answer_{.status = 200};
  http::ClientRequest asked_;
};

TEST_F(OpenAiApiTest, ItAsksWithTheKeyAndReadsTheWords) {
  answer_.body = R"({"choices":[{"message":{"content":"Yes."}}]})";
  auto service = api();
  EXPECT_EQ(run_alone(service.ask("m", {.turns = {{.text = "Hi"}}}, Deadline::never())), "Yes.");
  EXPECT_EQ(asked_.url, "https://models.example/v1/chat/completions");
  EXPECT_EQ(asked_.headers.find("Authorization"), "Bearer " + kKey);
  EXPECT_THAT(asked_.body, HasSubstr(R"("model":"m")"));
  auto open = api("");
  run_alone(open.ask("m", {}, Deadline::never()));
  EXPECT_FALSE(asked_.headers.find("Authorization")) << "a service of one's own may need no key";
}

TEST_F(OpenAiApiTest, ModelsAreThoseOfTheServiceTheUsualOneFirst) {
  answer_.body = R"({"data":[{"id":"org/a:7b"},{"id":"first"},{"id":"bad name"},{"id":7},7]})";
  auto service = api();
  EXPECT_THAT(run_alone(service.models(Deadline::never())).value(),
              ElementsAre("first", "org/a:7b"));
  EXPECT_EQ(asked_.url, "https://models.example/v1/models");
  for (const char* odd : {"", "[]", "{}", R"({"data":7})"}) {
    answer_.body = odd;
    const auto models = run_alone(service.models(Deadline::never()));
    ASSERT_FALSE(models) << odd;
    EXPECT_THAT(models.error().error.client_message, HasSubstr("does not list")) << odd;
  }
}

TEST_F(OpenAiApiTest, RefusalsAreWordsWithoutTheKey) {
  struct Row {
    int status;
    const char* type;
  };
  for (const auto& [status, type] :
       {Row{401, "model-key-wrong"}, Row{403, "model-account"}, Row{404, "model-unknown"},
        Row{429, "model-quota"}, Row{503, "model-busy"}, Row{400, "model-request-refused"}}) {
    answer_ = {.status = status,
               .body = R"({"error":{"message":"Not with )" + kKey + R"(","code":"x"}})"};
    answer_.headers.add("Retry-After", "7");
    auto service = api();
    const auto refused = run_alone(service.ask("m", {}, Deadline::never()));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().error.type, type);
    EXPECT_THAT(refused.error().error.client_message, HasSubstr("Example"));
    EXPECT_THAT(refused.error().error.client_message, HasSubstr("Not with"));
    EXPECT_THAT(refused.error().error.client_message, Not(HasSubstr(kKey)));
    EXPECT_THAT(refused.error().error.log_detail, Not(HasSubstr(kKey)));
    EXPECT_EQ(refused.error().retry_after.has_value(), status == 429 || status == 503);
  }
}

TEST_F(OpenAiApiTest, AServiceThatIsAwayIsNamed) {
  auto service = api();
  const auto stream = run_alone(service.stream("m", {}, Deadline::never()));
  ASSERT_FALSE(stream);
  EXPECT_THAT(stream.error().error.client_message, HasSubstr("models.example"));
}

TEST(OpenAiModelName, IsVisibleAscii) {
  EXPECT_TRUE(is_model_name("org/model:7b-q4"));
  for (const std::string& bad : {std::string(), std::string("a b"), std::string("a\n"),
                                 std::string("\u00e9"), std::string(101, 'a')}) {
    EXPECT_FALSE(is_model_name(bad)) << bad;
  }
}

}  // namespace
}  // namespace reprise::openai

#include "domain/chat/attached_parts.hpp"

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include "domain/chat/context.hpp"
#include "domain/chat/prompt.hpp"

namespace reprise::chat {
namespace {

Attachment file(std::string type, std::int64_t bytes) {
  return {.upload_id = "u", .name = "a", .media_type = std::move(type), .bytes = bytes};
}

TEST(GivenBefore, TheLargestUntilTheRestFits) {
  using Which = std::vector<bool>;
  EXPECT_EQ(given_before({}, 10), Which{});
  EXPECT_EQ(given_before({file("image/png", 4), file("image/png", 6)}, 10), (Which{false, false}));
  EXPECT_EQ(given_before({file("image/png", 5), file("video/mp4", 6)}, 10), (Which{false, true}));
  EXPECT_EQ(given_before({file("image/png", 11), file("video/mp4", 12)}, 10), (Which{true, true}));
  EXPECT_EQ(given_before({file("text/plain", 20), file("image/png", 3)}, 10), (Which{false, true}))
      << "a text goes as words";
}

TEST(GeminiParts, AreTextBytesOrAPlace) {
  Attachment text = file("text/csv", 3);
  text.name = "t.csv";
  text.data = "a,b";
  Attachment picture = file("image/png", 3);
  picture.data = "abc";
  Attachment film = file("video/mp4", 3);
  film.uri = "https://x/v1beta/files/1";
  EXPECT_EQ(boost::json::serialize(gemini_parts({text, picture, film})),
            R"([{"text":"Attached file t.csv:\na,b"},)"
            R"({"inlineData":{"mimeType":"image/png","data":"YWJj"}},)"
            R"({"fileData":{"mimeType":"video/mp4","fileUri":"https://x/v1beta/files/1"}}])");
}

TEST(Context, FilesStayWithTheirTurnAndComeBeforeItsWords) {
  Attachment picture = file("image/png", 3);
  picture.data = "abc";
  const auto turns = joined({{.role = Role::Person, .text = "", .attachments = {picture}},
                             {.role = Role::Person, .text = "What is it?"},
                             {.role = Role::Model, .text = ""}});
  ASSERT_EQ(turns.size(), 1U);
  EXPECT_EQ(turns[0].text, "What is it?");
  const Prompt prompt{.turns = turns};
  EXPECT_EQ(boost::json::serialize(request_body(Dialect::Gemini, prompt, "m", Delivery::Whole)),
            R"({"contents":[{"role":"user","parts":[)"
            R"({"inlineData":{"mimeType":"image/png","data":"YWJj"}},{"text":"What is it?"}]}]})");
}

TEST(OpenAiContent, IsTextOrPartsWithPictures) {
  EXPECT_EQ(openai_content({}, "Hi"), "Hi");
  Attachment picture = file("image/png", 3);
  picture.data = "abc";
  EXPECT_EQ(boost::json::serialize(openai_content({picture}, "What?")),
            R"([{"type":"image_url","image_url":{"url":"data:image/png;base64,YWJj"}},)"
            R"({"type":"text","text":"What?"}])");
}

TEST(Context, ASummaryOnlyNamesFiles) {
  Branch branch;
  branch.push_back(
      {.message = MessageId("m"),
       .turn = {.role = Role::Person, .text = "See", .attachments = {file("a/b", 1)}}});
  const Prompt prompt = summary_prompt(branch, 1);
  ASSERT_FALSE(prompt.turns.empty());
  EXPECT_TRUE(prompt.turns[0].attachments.empty());
  EXPECT_TRUE(prompt.turns[0].text.starts_with("See\n[Attached file a]"));
}

TEST(ReadsPicture, EachServiceHasItsTypes) {
  EXPECT_TRUE(reads_picture(Dialect::Gemini, "image/heic"));
  EXPECT_FALSE(reads_picture(Dialect::OpenAi, "image/heic"));
  EXPECT_FALSE(reads_picture(Dialect::Gemini, "image/gif"));
  EXPECT_FALSE(reads_picture(Dialect::OpenAi, "image/avif"));
  EXPECT_TRUE(reads_picture(Dialect::Gemini, "image/png"));
}

}  // namespace
}  // namespace reprise::chat

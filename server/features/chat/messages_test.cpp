#include "features/chat/messages.hpp"

#include <gmock/gmock.h>

#include "features/chat/chat_test_support.hpp"

namespace reprise::chat {
namespace {

using access::Reach;
using testing::ElementsAre;

template <class Engine>
class MessagesTest : public WithChats<Engine> {};
TYPED_TEST_SUITE(MessagesTest, EnginesOfChats, NamesOfEngines);

template <class T>
std::string type_of(const Result<T>& result) {
  return result ? "ok" : result.error().type.empty() ? "none" : result.error().type;
}

TYPED_TEST(MessagesTest, FilesHangOnAMessageInTheirOrder) {
  const std::string one = this->upload(*this->ada_, "1.txt", "one");
  const std::string two = this->upload(*this->ada_, "2.txt", "two");
  const Sent sent = this->send("c", "", Newest{}, std::nullopt, {two, one}).value();
  ASSERT_EQ(sent.message.attachments.size(), 2U);
  EXPECT_EQ(sent.message.attachments[0].name, "2.txt");
  EXPECT_EQ(sent.message.attachments[1].upload_id, one);
  EXPECT_TRUE(sent.answer.attachments.empty());
  EXPECT_EQ(this->list()[0].attachments, sent.message.attachments);
  // The same files once more, in other words.
  EXPECT_TRUE(this->send("d", "again", Root{}, std::nullopt, {two, one}).has_value());
}

TYPED_TEST(MessagesTest, OnlyWholeFilesOfOnesOwnMayHangOnAMessage) {
  const std::string part = this->upload(*this->ada_, "1.txt", "one", 5);
  const std::string bens = this->upload(*this->ben_, "2.txt", "two");
  const auto refused = [this](const std::string& id) {
    return this->send("c", "a", Newest{}, std::nullopt, {id}).error();
  };
  EXPECT_EQ(refused(part).type, "upload-not-whole");
  EXPECT_EQ(refused(bens).code, ErrorCode::NotFound);
  EXPECT_EQ(refused(bens).client_message, refused(new_uuid7()).client_message);
  EXPECT_TRUE(this->list().empty()) << "nothing is half stored";
}

TYPED_TEST(MessagesTest, WhatIsSentTwiceIsStoredOnce) {
  const std::string client("c\0lient \xff", 9);
  const auto first = this->send(client, "Hello").value();
  const auto again = this->send(client, "Other").value();
  EXPECT_TRUE(first.is_new);
  EXPECT_FALSE(again.is_new);
  EXPECT_EQ(again.message.id, first.message.id);
  EXPECT_EQ(again.answer.id, first.answer.id);
  EXPECT_EQ(again.message.text, "Hello");
  EXPECT_EQ(first.answer.state, State::Streaming);
  EXPECT_EQ(this->count("select count(*) from message"), 2);
  EXPECT_EQ(this->count("select count(*) from job where kind = 'answer'"), 1);
}

TYPED_TEST(MessagesTest, WhatIsSentAgainAfterItsAnswersWereRemovedIsRefusedInWords) {
  const Sent first = this->send("c", "Hello").value();
  this->answer(first.answer.id, {"Hi"});
  const auto remove = [&](const MessageId& id) {
    ASSERT_TRUE(run_alone(
        this->messages_->remove(access::Reach::of(*this->ada_), *this->chat_, id, soon())));
  };
  remove(first.answer.id);
  EXPECT_EQ(this->send("c", "Hello").error().type, "answer-removed");
  EXPECT_EQ(this->list().size(), 1U);
  remove(first.message.id);
  EXPECT_TRUE(this->send("c", "Hello")->is_new);
}

TYPED_TEST(MessagesTest, AnAnswerIsReadWhileItIsWrittenAndAsItEnded) {
  const auto sent = this->send("c", "Hello").value();
  const MessageId id = sent.answer.id;
  auto& messages = *this->messages_;
  EXPECT_TRUE(run_alone(messages.add_piece(id, 1, "Good ")));
  EXPECT_FALSE(run_alone(messages.add_piece(id, 1, "Good "))) << "another node has written it";
  EXPECT_FALSE(run_alone(messages.add_piece(id, 3, "x"))) << "one lies between";
  EXPECT_TRUE(run_alone(messages.add_piece(id, 2, "day.")));
  EXPECT_EQ(this->list().back().text, "Good day.");
  const auto running = run_alone(messages.progress(id, 1)).value();
  EXPECT_EQ(running.state, State::Streaming);
  EXPECT_THAT(running.pieces, ElementsAre("day."));
  const auto ended = run_alone(messages.finish(id, {.usage = {.input_tokens = 5}}));
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->text, "Good day.");
  EXPECT_EQ(ended->usage.input_tokens, 5);
  for (const std::int64_t after : {0, 1, 2, 7}) {
    const auto told = run_alone(messages.progress(id, after)).value();
    EXPECT_EQ(told.count, 2);
    EXPECT_EQ(std::ssize(told.pieces), std::max<std::int64_t>(0, 2 - after)) << after;
  }
  EXPECT_FALSE(run_alone(messages.add_piece(id, 3, "x"))) << "it has ended";
  EXPECT_EQ(this->count("select count(*) from message_piece"), 0);
  EXPECT_EQ(this->count("select count(*) from job where kind = 'answer'"), 0);
}

TYPED_TEST(MessagesTest, TheFirstEndStays) {
  const auto sent = this->send("c", "Hello").value();
  EXPECT_TRUE(run_alone(this->messages_->add_piece(sent.answer.id, 1, "Half")));
  const auto stop = [&] {
    return run_alone(
        this->messages_->stop(Reach::of(*this->ada_), *this->chat_, sent.answer.id, soon()));
  };
  EXPECT_EQ(stop().value().state, State::Stopped);
  EXPECT_EQ(stop().value().text, "Half");
  EXPECT_EQ(run_alone(this->messages_->finish(sent.answer.id, {.ending = interrupted()}))->state,
            State::Stopped);
}

TYPED_TEST(MessagesTest, TheModelGetsTheBranchAndNothingElse) {
  const auto first = this->send("1", "One").value();
  this->answer(first.answer.id, {"First", " answer"});
  const auto second = this->send("2", "Two").value();
  EXPECT_EQ(second.message.parent_id, first.answer.id.value) << "the newest one";
  this->answer(second.answer.id, {"Second"});
  const auto edited = this->send("3", "Two, edited", MessageId(first.answer.id)).value();
  const auto work = run_alone(this->messages_->work_of(edited.answer.id)).value();
  EXPECT_THAT(turns_of(work.branch),
              ElementsAre(Turn{Role::Person, "One"}, Turn{Role::Model, "First answer"},
                          Turn{Role::Person, "Two, edited"}));
  EXPECT_TRUE(work.untitled);
  this->answer(edited.answer.id, {"x"});
  EXPECT_FALSE(run_alone(this->messages_->work_of(edited.answer.id))) << "it has ended";
  const auto alone = this->send("4", "Alone", Root{}).value();
  EXPECT_EQ(alone.message.parent_id, std::nullopt);
  EXPECT_THAT(turns_of(run_alone(this->messages_->work_of(alone.answer.id)).value().branch),
              ElementsAre(Turn{Role::Person, "Alone"}));
}

TYPED_TEST(MessagesTest, ASummaryStandsInThePlaceOfWhatItTellsAgain) {
  const auto one = this->send("1", "One").value();
  this->answer(one.answer.id, {"First"});
  const auto two = this->send("2", "Two").value();
  const auto edited = this->send("3", "Two, edited", MessageId(one.answer.id)).value();
  this->answer(edited.answer.id, {"Of the edited one"});
  ASSERT_TRUE(
      run_alone(this->messages_->add_summary(two.answer.id, one.message.id, "It was about one.")));
  const auto turns = turns_of(run_alone(this->messages_->work_of(two.answer.id)).value().branch);
  EXPECT_THAT(turns, ElementsAre(Turn{Role::Person,
                                      "Summary of what was said before:\n\nIt was about one."},
                                 Turn{Role::Model, "First"}, Turn{Role::Person, "Two"}));
  const auto all = this->list();
  const auto summary = std::ranges::find_if(
      all, [](const Message& message) { return message.covers_until.has_value(); });
  ASSERT_NE(summary, all.end());
  EXPECT_EQ(summary->covers_until, one.message.id.value);
  EXPECT_EQ(summary->parent_id, one.answer.id.value);
  for (const Message& message : all) {
    const bool below = message.id == two.message.id || message.id == edited.message.id;
    if (below) EXPECT_EQ(message.parent_id, summary->id.value) << "both stay branches of one place";
  }
  this->answer(two.answer.id, {"x"});
  EXPECT_FALSE(run_alone(this->messages_->add_summary(two.answer.id, one.message.id, "late")));
}

TYPED_TEST(MessagesTest, AChatNamesWhoAnswers) {
  EXPECT_EQ(this->send("1", "One")->answer.model, "m");
  const auto change = [&](ChatChange wanted) {
    return run_alone(this->chats_->change(Reach::of(*this->ada_), *this->chat_, std::move(wanted)));
  };
  ASSERT_TRUE(change({.provider = "openai", .model = ""}));
  const auto other = this->send("2", "Two")->answer;
  EXPECT_EQ(other.provider, "openai");
  EXPECT_EQ(other.model, "o");
  ASSERT_TRUE(change({.model = "q"}));
  EXPECT_EQ(this->send("3", "Three")->answer.model, "q");
  ASSERT_TRUE(change({.provider = "gone"}));
  EXPECT_EQ(type_of(this->send("4", "Four")), "provider-gone");
}

TYPED_TEST(MessagesTest, WhatWasSaidLiveGoesElsewhereOnlyWhenSomebodyAgreed) {
  archive::LiveSessions live_sessions(*this->database_, *this->archive_);
  ASSERT_TRUE(run_alone(live_sessions.create({.owner = *this->ada_,
                                              .id = session::LiveSessionId(new_uuid7()),
                                              .chat_id = *this->chat_,
                                              .model = "live",
                                              .token_expires_utc_ns = 1})));
  EXPECT_TRUE(this->send("1", "One")) << "to the service that heard it";
  const auto change = [&](ChatChange wanted) {
    return run_alone(this->chats_->change(Reach::of(*this->ada_), *this->chat_, std::move(wanted)));
  };
  ASSERT_TRUE(change({.provider = "openai"}));
  const auto refused = this->send("2", "Two");
  EXPECT_EQ(type_of(refused), "live-words-elsewhere");
  EXPECT_THAT(refused.error().client_message, testing::HasSubstr("Somebody else"));
  ASSERT_TRUE(change({.live_words_to = "openai"}));
  EXPECT_TRUE(this->send("2", "Two"));
  EXPECT_TRUE(this->send("3", "Three")) << "asked once only";
}

TYPED_TEST(MessagesTest, AFurtherAnswerStandsNextToTheFirst) {
  const auto sent = this->send("c", "Hello").value();
  const auto again = [&] {
    return run_alone(
        this->messages_->regenerate(*this->ada_, *this->chat_, sent.answer.id, soon()));
  };
  EXPECT_EQ(type_of(again()), "answer-running");
  this->answer(sent.answer.id, {"x"});
  EXPECT_EQ(again().value().parent_id, sent.message.id.value);
  EXPECT_EQ(this->list().size(), 3U);
}

TYPED_TEST(MessagesTest, RemovingTakesWhatHangsOnItButNoLiveSession) {
  const auto one = this->send("1", "One").value();
  this->answer(one.answer.id, {"x"});
  const auto two = this->send("2", "Two").value();
  this->answer(two.answer.id, {"x"});
  archive::LiveSessions live_sessions(*this->database_, *this->archive_);
  ASSERT_TRUE(run_alone(live_sessions.create({.owner = *this->ada_,
                                              .id = session::LiveSessionId(new_uuid7()),
                                              .chat_id = *this->chat_,
                                              .model = "m",
                                              .recording_id = std::nullopt,
                                              .consent = std::nullopt})));
  const auto three = this->send("3", "Three").value();
  this->answer(three.answer.id, {"x"});
  const Message live = this->list().at(4);
  EXPECT_EQ(live.parent_id, two.answer.id.value);
  EXPECT_EQ(three.message.parent_id, live.id.value);
  const auto remove = [&](const MessageId& id) {
    return type_of(
        run_alone(this->messages_->remove(Reach::of(*this->ada_), *this->chat_, id, soon())));
  };
  EXPECT_EQ(remove(live.id), "is-live-session");
  EXPECT_EQ(remove(two.message.id), "ok");
  EXPECT_EQ(remove(two.message.id), "none");
  const auto left = this->list();
  ASSERT_EQ(left.size(), 5U);
  EXPECT_EQ(left[2].id, live.id);
  EXPECT_EQ(left[2].parent_id, one.answer.id.value) << "it hangs on what the removed one hung on";
  EXPECT_EQ(left[3].id, three.message.id);
}

TYPED_TEST(MessagesTest, NobodyReachesWhatIsSomebodyElses) {
  const auto sent = this->send("c", "Hello").value();
  const Reach bens = Reach::of(*this->ben_);
  auto& messages = *this->messages_;
  EXPECT_EQ(type_of(this->send("c", "x", Newest{}, this->ben_)), "none");
  EXPECT_EQ(type_of(run_alone(messages.find_answer(bens, *this->chat_, sent.answer.id, soon()))),
            "none");
  EXPECT_EQ(type_of(run_alone(messages.stop(bens, *this->chat_, sent.answer.id, soon()))), "none");
  EXPECT_EQ(type_of(run_alone(messages.remove(bens, *this->chat_, sent.message.id, soon()))),
            "none");
  EXPECT_EQ(
      type_of(run_alone(messages.regenerate(*this->ben_, *this->chat_, sent.answer.id, soon()))),
      "none");
  // Her message as the parent of one in a chat of his own.
  const ChatId own = run_alone(this->chats_->create(*this->ben_, "")).id;
  EXPECT_EQ(type_of(run_alone(messages.send(
                *this->ben_,
                {.chat = own, .client_id = "c", .text = "x", .parent = sent.message.id}, soon()))),
            "none");
  EXPECT_EQ(run_alone(messages.progress(sent.answer.id, 0))->state, State::Streaming);
}

TYPED_TEST(MessagesTest, OneUserWaitsForSoManyAnswersAtOnce) {
  for (int i = 0; i < kAnswersAtOnceMax; ++i) {
    ASSERT_TRUE(this->send("c" + std::to_string(i), "Hello"));
  }
  EXPECT_EQ(type_of(this->send("more", "Hello")), "too-many-answers");
  EXPECT_TRUE(this->send("c0", "Hello")) << "which was sent before";
}

TYPED_TEST(MessagesTest, AChatGoesWithItsMessages) {
  const auto sent = this->send("c", "Hello").value();
  EXPECT_TRUE(run_alone(this->messages_->add_piece(sent.answer.id, 1, "Half")));
  ASSERT_TRUE(run_alone(this->chats_->remove(Reach::of(*this->ada_), *this->chat_)));
  EXPECT_EQ(this->count("select (select count(*) from message) + (select count(*) from "
                        "message_piece)"),
            0);
  EXPECT_FALSE(run_alone(this->messages_->add_piece(sent.answer.id, 2, "x")));
  EXPECT_FALSE(run_alone(this->messages_->finish(sent.answer.id, {})));
  EXPECT_FALSE(run_alone(this->messages_->progress(sent.answer.id, 0)));
}

TYPED_TEST(MessagesTest, ATitleIsGivenOnlyToAChatWithoutOne) {
  const auto title = [this] {
    return run_alone(this->chats_->find(Reach::of(*this->ada_), *this->chat_)).value().title;
  };
  run_alone(this->messages_->give_title(*this->chat_, "Gears"));
  EXPECT_EQ(title(), "Gears");
  run_alone(this->messages_->give_title(*this->chat_, "Other"));
  EXPECT_EQ(title(), "Gears");
}

}  // namespace
}  // namespace reprise::chat

// Shares, on both engines.
#include "features/sharing/shares.hpp"

#include <gmock/gmock.h>

#include <memory>

#include "base/run_alone.hpp"
#include "base/secret.hpp"
#include "features/sharing/watched.hpp"
#include "platform/database/engines_for_test.hpp"

namespace reprise::sharing {
namespace {

using access::Action;
using access::Reach;
using access::ShareKind;
using access::Sharing;
using access::UserId;
using audit::ObjectKind;
using database::Transaction;
using database::usual_deadline;

constexpr const char* kAda = "0194a000-0000-7000-8000-00000000000a";
constexpr const char* kBen = "0194a000-0000-7000-8000-00000000000b";
constexpr const char* kCleo = "0194a000-0000-7000-8000-00000000000c";
constexpr const char* kNobody = "0194a000-0000-7000-8000-0000000000ff";
constexpr std::int64_t kSecondNs = 1'000'000'000;

/// Ada has a chat `chat` with the recording `rec`, and a recording `other` in another chat.
template <class Engine>
class SharesTest : public testing::Test {
 protected:
  void SetUp() override {
    database_ = engine_.open();
    if (!database_) GTEST_SKIP() << "PostgreSQL is not installed";
    for (const auto& [id, name] : {std::pair(kAda, "ada"), {kBen, "ben"}, {kCleo, "cleo"}}) {
      run("insert into app_user (user_id, display_name, email, created_utc_ns) values ($1, $2, $3, "
          "1)",
          {id, name, std::string(name) + "@example.test"});
    }
    for (const char* chat : {"chat", "chat2"}) {
      run("insert into chat (chat_id, owner_id, title, created_utc_ns, last_used_utc_ns, untitled) "
          "values ($1, $2, 'Title', 1, 1, 0)",
          {chat, kAda});
    }
    for (const auto& [id, chat] : {std::pair("rec", "chat"), {"other", "chat2"}}) {
      run("insert into recording (recording_id, live_session_id, chat_id, owner_id, state, "
          "created_utc_ns) values ($1, $1, $2, $3, 'recording', 1)",
          {id, chat, kAda});
    }
    audit_.emplace(*database_, [this] { return now_; });
    open_shares(Sharing::Links);
  }
  void TearDown() override {
    if (database_) database_->close();
  }
  void open_shares(Sharing allowed) {
    shares_.emplace(*database_, *audit_, allowed, [this] { return now_; });
  }
  void run(const std::string& sql, std::initializer_list<database::Value> values = {}) {
    run_alone(database_->write(usual_deadline(), [&](Transaction& transaction) {
      transaction.run(sql, std::span<const database::Value>(values.begin(), values.size()));
    }));
  }
  std::string text(const std::string& sql) {
    return run_alone(database_->read(usual_deadline(), [&](Transaction& transaction) {
      return transaction.first(sql)->text(0);
    }));
  }
  static Object recording(std::string id = "rec") { return {ObjectKind::Recording, std::move(id)}; }
  static Object chat(std::string id = "chat") { return {ObjectKind::Chat, std::move(id)}; }
  static audit::Doer by(const char* user) { return {.user_id = user}; }

  Result<NewShare> add(Object object, Wish wish, const char* user = kAda) {
    return run_alone(shares_->add(by(user), std::move(object), std::move(wish), usual_deadline()));
  }
  Result<NewShare> with_ben(Object object) {
    return add(std::move(object), {.kind = ShareKind::User, .email = "Ben@Example.test"});
  }
  NewShare link(Object object, Wish wish = {}) {
    wish.kind = ShareKind::Link;
    if (!wish.expires_utc_ns) wish.expires_utc_ns = now_ + 3'600 * kSecondNs;
    return add(std::move(object), wish).value();
  }
  std::optional<access::Grant> grant(access::Principal who, Object object,
                                     Action action = Action::PlayRecording,
                                     std::string cookie = "") {
    return run_alone(shares_->grant({.principal = std::move(who), .cookie = std::move(cookie)},
                                    action, std::move(object), usual_deadline()));
  }
  static access::Principal user(const char* id) {
    return {.user = UserId(id),
            .roles = {access::Role::Participant},
            .authenticated_by = access::AuthenticatedBy::Session};
  }
  Result<std::pair<OpenedLink, std::string>> open(std::string secret, std::string cookie = "",
                                                  const char* who = "") {
    return run_alone(shares_->open({.doer = by(who), .cookie = std::move(cookie)},
                                   std::move(secret), usual_deadline()));
  }
  Result<OpenedLink> opened(std::string share_id, std::string cookie, const char* who = "") {
    return run_alone(shares_->opened({.doer = by(who), .cookie = std::move(cookie)},
                                     std::move(share_id), usual_deadline()));
  }
  std::vector<Share> list(Object object, const char* owner = kAda) {
    return run_alone(shares_->list(Reach::of(UserId(owner)), std::move(object), usual_deadline()))
        .value_or(std::vector<Share>{});
  }
  bool remove(std::string id, const char* owner = kAda) {
    return run_alone(shares_->remove(by(owner), std::move(id), usual_deadline())).has_value();
  }
  std::vector<SharedWithMe> shared_with(const char* id) {
    return run_alone(shares_->shared_with(UserId(id), {}, usual_deadline())).items;
  }

  Engine engine_;
  std::unique_ptr<database::Database> database_;
  std::optional<audit::AuditLog> audit_;
  std::optional<Shares> shares_;
  std::int64_t now_ = 1'800'000'000 * kSecondNs;
};
using Engines = testing::Types<database::FreshSqlite, database::FreshPostgres>;
TYPED_TEST_SUITE(SharesTest, Engines);

TYPED_TEST(SharesTest, APersonSeesWhatIsSharedWithThemAndNothingElse) {
  ASSERT_TRUE(this->with_ben(this->recording()));
  const auto grant = this->grant(this->user(kBen), this->recording());
  ASSERT_TRUE(grant);
  EXPECT_EQ(grant->reach, Reach::of(UserId(kAda)));
  EXPECT_FALSE(grant->may_download);
  EXPECT_EQ(grant->owner_name, "ada");
  EXPECT_FALSE(this->grant(this->user(kBen), this->recording(), Action::DownloadRecording));
  EXPECT_FALSE(this->grant(this->user(kBen), this->recording(), Action::RenameRecording));
  EXPECT_FALSE(this->grant(this->user(kBen), this->recording("other")));
  EXPECT_FALSE(this->grant(this->user(kBen), this->chat(), Action::ReadChat));
  EXPECT_FALSE(this->grant(this->user(kCleo), this->recording()));
  EXPECT_FALSE(this->grant(access::visitor(), this->recording()));
  ASSERT_EQ(this->shared_with(kBen).size(), 1U);
  EXPECT_EQ(this->shared_with(kBen)[0].object.id, "rec");
  EXPECT_EQ(this->shared_with(kBen)[0].owner_name, "ada");
  EXPECT_TRUE(this->shared_with(kCleo).empty());
}

TYPED_TEST(SharesTest, AChatStandsForItsRecordings) {
  ASSERT_TRUE(this->with_ben(this->chat()));
  EXPECT_TRUE(this->grant(this->user(kBen), this->chat(), Action::ReadChat));
  EXPECT_TRUE(this->grant(this->user(kBen), this->recording()));
  EXPECT_FALSE(this->grant(this->user(kBen), this->recording("other")));
  EXPECT_FALSE(this->grant(this->user(kBen), this->chat("chat2"), Action::ReadChat));
  ASSERT_EQ(this->list(this->recording()).size(), 1U) << "who can see the recording";
  EXPECT_EQ(this->list(this->recording())[0].object.kind, ObjectKind::Chat);
}

TYPED_TEST(SharesTest, KnownAndUnknownAddressesGetTheSameAnswer) {
  const auto known = this->with_ben(this->recording());
  const auto unknown =
      this->add(this->recording(), {.kind = ShareKind::User, .email = "eve@example.test"});
  ASSERT_TRUE(known && unknown);
  EXPECT_EQ(known->secret, unknown->secret);
  EXPECT_EQ(known->share.terms.email, "Ben@Example.test");
  EXPECT_EQ(unknown->share.terms.email, "eve@example.test");
  EXPECT_EQ(this->add(this->recording(), {.email = "BEN@example.test"}).error().type,
            "already-shared");
  EXPECT_EQ(this->add(this->recording(), {.email = "ada@example.test"}).error().type,
            "own-address");
}

TYPED_TEST(SharesTest, OnlyTheOwnerSharesListsAndTakesBack) {
  EXPECT_EQ(this->add(this->recording(), {.email = "cleo@example.test"}, kBen).error().code,
            ErrorCode::NotFound);
  EXPECT_EQ(this->add(this->recording(kNobody), {.email = "cleo@example.test"}).error().code,
            ErrorCode::NotFound);
  const auto made = this->with_ben(this->recording());
  const auto of_chat = this->with_ben(this->chat());
  ASSERT_TRUE(made && of_chat);
  EXPECT_TRUE(this->list(this->recording(), kBen).empty());
  EXPECT_FALSE(this->remove(made->share.id, kBen)) << "a receiver does not end it either";
  EXPECT_FALSE(this->remove(of_chat->share.id, kCleo));
  EXPECT_TRUE(this->remove(of_chat->share.id));
  EXPECT_TRUE(this->grant(this->user(kBen), this->recording()));
  EXPECT_TRUE(this->remove(made->share.id));
  EXPECT_FALSE(this->remove(made->share.id));
  EXPECT_FALSE(this->grant(this->user(kBen), this->recording()));
  EXPECT_TRUE(this->shared_with(kBen).empty());
}

TYPED_TEST(SharesTest, ALinkIsExchangedForACookieThatSeesItsObjectOnly) {
  const NewShare made = this->link(this->recording(), {.start_ms = 1500});
  EXPECT_EQ(made.secret.size(), 43U);
  const auto open = this->open(made.secret);
  ASSERT_TRUE(open);
  EXPECT_EQ(open->first.object->id, "rec");
  EXPECT_EQ(open->first.start_ms, 1500);
  const std::string& cookie = open->second;
  const auto play = Action::PlayRecording;
  const auto seen = this->grant(access::visitor(), this->recording(), play, cookie);
  ASSERT_TRUE(seen);
  EXPECT_FALSE(seen->named);
  EXPECT_EQ(seen->owner_name, "") << "a name is for people who log in";
  EXPECT_FALSE(this->grant(access::visitor(), this->recording("other"), play, cookie));
  EXPECT_FALSE(this->grant(access::visitor(), this->recording(), play, made.secret));
  EXPECT_FALSE(this->grant(access::visitor(), this->recording(), play, ""));
  EXPECT_TRUE(this->grant(this->user(kCleo), this->recording(), play, cookie));
  EXPECT_TRUE(this->opened(made.share.id, cookie));
  EXPECT_FALSE(this->opened(made.share.id, ""));
  EXPECT_FALSE(this->opened(made.share.id, made.secret));
}

TYPED_TEST(SharesTest, OneBrowserHoldsSeveralLinks) {
  const NewShare one = this->link(this->recording());
  const NewShare two = this->link(this->recording("other"));
  const std::string cookie = this->open(one.secret)->second;
  EXPECT_EQ(this->open(two.secret, cookie)->second, cookie);
  EXPECT_NE(this->open(two.secret, "made up")->second, "made up");
  const auto play = Action::PlayRecording;
  EXPECT_TRUE(this->grant(access::visitor(), this->recording(), play, cookie));
  EXPECT_TRUE(this->grant(access::visitor(), this->recording("other"), play, cookie));
  EXPECT_TRUE(this->remove(one.share.id));
  EXPECT_FALSE(this->grant(access::visitor(), this->recording(), play, cookie));
  EXPECT_TRUE(this->grant(access::visitor(), this->recording("other"), play, cookie));
}

TYPED_TEST(SharesTest, ALinkForPeopleWhoLogInSaysNothingBefore) {
  const NewShare made = this->link(this->recording(), {.needs_login = true});
  const auto open = this->open(made.secret);
  ASSERT_TRUE(open);
  EXPECT_FALSE(open->first.object);
  const auto play = Action::PlayRecording;
  EXPECT_FALSE(this->grant(access::visitor(), this->recording(), play, open->second));
  const auto grant = this->grant(this->user(kCleo), this->recording(), play, open->second);
  ASSERT_TRUE(grant);
  EXPECT_TRUE(grant->named);
  EXPECT_EQ(this->opened(made.share.id, open->second, kCleo)->object->id, "rec");
}

TYPED_TEST(SharesTest, EverythingEndsAtItsTime) {
  const NewShare made = this->link(this->recording());
  const std::string cookie = this->open(made.secret)->second;
  this->now_ += 3'599 * kSecondNs;
  const auto play = Action::PlayRecording;
  EXPECT_TRUE(this->grant(access::visitor(), this->recording(), play, cookie));
  this->now_ += kSecondNs;
  EXPECT_FALSE(this->grant(access::visitor(), this->recording(), play, cookie));
  EXPECT_FALSE(this->open(made.secret));
  EXPECT_FALSE(this->opened(made.share.id, cookie));
  EXPECT_TRUE(run_alone(this->shares_->is_visitor(cookie, usual_deadline())))
      << "somebody whose link has expired is told: not found";
  EXPECT_EQ(this->list(this->recording()).size(), 1U) << "its maker sees that it has expired";
  this->now_ += kExpiredShownNs;
  run_alone(this->shares_->sweep());
  EXPECT_TRUE(this->list(this->recording()).empty());
}

TYPED_TEST(SharesTest, AVisitEndsAfterSomeHours) {
  const NewShare made = this->link(
      this->recording(), {.expires_utc_ns = this->now_ + std::int64_t{30} * 86'400 * kSecondNs});
  const std::string cookie = this->open(made.secret)->second;
  const auto is_visitor = [&] {
    return run_alone(this->shares_->is_visitor(cookie, usual_deadline()));
  };
  EXPECT_TRUE(is_visitor());
  EXPECT_TRUE(this->remove(made.share.id));
  EXPECT_TRUE(is_visitor()) << "somebody whose link was taken back is told: not found";
  this->now_ += kVisitNs;
  EXPECT_FALSE(is_visitor());
}

TYPED_TEST(SharesTest, TheSettingEndsWhatWasSharedBefore) {
  ASSERT_TRUE(this->with_ben(this->recording()));
  const NewShare made = this->link(this->recording());
  const std::string cookie = this->open(made.secret)->second;
  const auto play = Action::PlayRecording;
  this->open_shares(Sharing::Users);
  EXPECT_TRUE(this->grant(this->user(kBen), this->recording()));
  EXPECT_FALSE(this->grant(access::visitor(), this->recording(), play, cookie));
  EXPECT_FALSE(this->open(made.secret));
  EXPECT_EQ(this->add(this->recording(), {.kind = ShareKind::Link}).error().type, "sharing-off");
  this->open_shares(Sharing::Off);
  EXPECT_FALSE(this->grant(this->user(kBen), this->recording()));
  EXPECT_TRUE(this->shared_with(kBen).empty());
  EXPECT_EQ(this->with_ben(this->chat()).error().type, "sharing-off");
}

TYPED_TEST(SharesTest, WhatIsErasedOrOfADisabledUserIsNotShared) {
  ASSERT_TRUE(this->with_ben(this->recording()));
  this->run("update app_user set state = 'disabled' where user_id = $1", {kAda});
  EXPECT_FALSE(this->grant(this->user(kBen), this->recording()));
  EXPECT_TRUE(this->shared_with(kBen).empty());
  this->run("update app_user set state = 'active' where user_id = $1", {kAda});
  this->run("update recording set state = 'erased', erased_utc_ns = 2 where recording_id = 'rec'");
  EXPECT_FALSE(this->grant(this->user(kBen), this->recording()));
  EXPECT_TRUE(this->shared_with(kBen).empty());
}

TYPED_TEST(SharesTest, LooksAreCountedOnceInAWhile) {
  const NewShare made = this->link(this->recording());
  const std::string cookie = this->open(made.secret)->second;
  this->open(made.secret, cookie);
  EXPECT_EQ(this->list(this->recording())[0].opened, 1);
  this->open(made.secret);
  EXPECT_EQ(this->list(this->recording())[0].opened, 2) << "another browser";
  this->now_ += kQuietNs;
  this->open(made.secret, cookie);
  EXPECT_EQ(this->list(this->recording())[0].opened, 3);
  const auto named = this->with_ben(this->recording());
  for (int i = 0; i < 3; ++i) {
    run_alone(this->shares_->note_opened(this->by(kBen), named->share.id, this->recording(),
                                         usual_deadline()));
    this->now_ += kQuietNs / 2;
  }
  EXPECT_EQ(this->list(this->recording())[1].opened, 2);
}

TYPED_TEST(SharesTest, TheAuditLogTellsWithoutSecretsAndAddresses) {
  const NewShare made = this->link(this->recording());
  this->open(made.secret);
  this->with_ben(this->chat());
  this->remove(made.share.id);
  const auto page = run_alone(this->audit_->list({}, {}));
  ASSERT_EQ(page.items.size(), 4U);
  std::vector<std::string> told;
  told.reserve(page.items.size());
  for (const audit::Entry& entry : page.items) told.push_back(entry.event + " " + entry.object_id);
  EXPECT_THAT(told, testing::UnorderedElementsAre("share_made rec", "share_opened rec",
                                                  "share_made " + audit::hidden_id("chat"),
                                                  "share_revoked rec"));
  for (const audit::Entry& entry : page.items) {
    const std::string all = entry.actor + entry.detail + entry.object_id + entry.address;
    EXPECT_EQ(all.find(made.secret), std::string::npos);
    EXPECT_EQ(all.find('@'), std::string::npos);
    if (entry.event == "share_opened") EXPECT_EQ(entry.actor, "link " + made.share.id);
  }
  EXPECT_EQ(this->text("select max(kind) from share"), "user") << "a share that is gone is gone";
}

TYPED_TEST(SharesTest, SecretsAreStoredHashed) {
  const NewShare made = this->link(this->recording());
  const std::string cookie = this->open(made.secret)->second;
  EXPECT_EQ(this->text("select secret_sha256_hex from share"), secret_hash(made.secret));
  EXPECT_EQ(this->text("select cookie_sha256_hex from share_visit"), secret_hash(cookie));
}

TYPED_TEST(SharesTest, TheOwnerSeesWhoWatched) {
  Watched watched(*this->database_);
  const auto note = [&](const std::string& actor, audit::Event event) {
    this->now_ += kSecondNs;
    run_alone(this->audit_->add({.user_id = actor},
                                {.event = event, .kind = ObjectKind::Recording, .object_id = "rec"},
                                usual_deadline()));
  };
  note(kBen, audit::Event::RecordingViewed);
  note(kAda, audit::Event::RecordingViewed);
  note("link " + std::string(kNobody), audit::Event::RecordingViewed);
  note(kBen, audit::Event::RecordingDownloaded);
  note(kBen, audit::Event::ShareOpened);
  const auto list = [&](const char* owner) {
    return run_alone(watched.list(Reach::of(UserId(owner)), "rec", {.limit = 50}, usual_deadline()))
        .items;
  };
  const auto views = list(kAda);
  ASSERT_EQ(views.size(), 3U) << "not her own";
  EXPECT_TRUE(views[0].downloaded);
  EXPECT_EQ(views[0].name, "ben");
  EXPECT_EQ(views[1].share_id, kNobody);
  EXPECT_EQ(views[1].name, "");
  EXPECT_FALSE(views[2].downloaded);
  EXPECT_TRUE(list(kBen).empty());
}

}  // namespace
}  // namespace reprise::sharing

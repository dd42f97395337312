#include "domain/audit/chain.hpp"

#include <gmock/gmock.h>

#include <functional>
#include <vector>

namespace reprise::audit {
namespace {

using testing::HasSubstr;

Entry entry(int number) {
  return {.id = "01990000-0000-7000-8000-00000000000" + std::to_string(number),
          .at_utc_ns = 1'000 + number,
          .actor = "anna",
          .event = "recording_viewed",
          .object_kind = "recording",
          .object_id = "r" + std::to_string(number),
          .request_id = "q",
          .address = "192.0.2.0/24",
          .detail = "d"};
}

std::vector<Sealed> chain(int length) {
  std::vector<Sealed> all;
  Head head;
  for (int i = 0; i < length; ++i) {
    head = after(head, entry(i));
    all.push_back({.head = head, .entry = entry(i)});
  }
  return all;
}

std::optional<std::string> verdict(const std::vector<Sealed>& all,
                                   std::optional<Head> known = std::nullopt) {
  Check check(std::move(known));
  for (const Sealed& one : all) {
    if (auto broken = check.follow(one)) return broken;
  }
  return check.end();
}

TEST(AuditChain, AWholeChainHolds) {
  EXPECT_EQ(verdict({}), std::nullopt);
  EXPECT_EQ(verdict(chain(1)), std::nullopt);
  EXPECT_EQ(verdict(chain(9)), std::nullopt);
}

// The bytes are a format: another program can compute them (docs/formats/audit-log.md).
TEST(AuditChain, TheHashIsThatOfTheDescribedBytes) {
  const Entry one{.id = "i", .at_utc_ns = 258, .actor = "a", .event = "e"};
  std::string bytes;
  const auto number = [&bytes](std::uint8_t high, std::uint8_t low) {
    bytes += std::string(6, '\0') + static_cast<char>(high) + static_cast<char>(low);
  };
  number(0, 64);
  bytes += std::string(64, '0');
  number(0, 1);
  number(0, 1);
  bytes += "i";
  number(1, 2);
  number(0, 1);
  bytes += "a";
  number(0, 1);
  bytes += "e";
  for (int i = 0; i < 5; ++i) number(0, 0);
  const Head head = after({}, one);
  EXPECT_EQ(head.seq, 1);
  EXPECT_EQ(head.hash_hex, hex(sha256(std::as_bytes(std::span(bytes)))));
}

TEST(AuditChain, AChangeOfAnyFieldIsFound) {
  const std::vector<std::pair<const char*, std::function<void(Entry&)>>> changes = {
      {"id", [](Entry& e) { e.id.back() = '9'; }},
      {"time", [](Entry& e) { ++e.at_utc_ns; }},
      {"actor", [](Entry& e) { e.actor = "bert"; }},
      {"event", [](Entry& e) { e.event = "recording_erased"; }},
      {"object kind", [](Entry& e) { e.object_kind = "chat"; }},
      {"object id", [](Entry& e) { e.object_id += "x"; }},
      {"request", [](Entry& e) { e.request_id.clear(); }},
      {"address", [](Entry& e) { e.address = "192.0.3.0/24"; }},
      {"detail", [](Entry& e) { e.detail = ""; }},
      {"moved border", [](Entry& e) {
         e.address += e.detail;
         e.detail.clear();
       }}};
  for (const auto& [name, change] : changes) {
    auto all = chain(4);
    change(all[2].entry);
    EXPECT_THAT(verdict(all).value_or(""), HasSubstr("entry 3 (")) << name;
  }
}

TEST(AuditChain, RemovedMovedDoubledAndAddedEntriesAreFound) {
  auto removed = chain(4);
  removed.erase(removed.begin() + 1);
  EXPECT_THAT(verdict(removed).value_or(""), HasSubstr("entry 3 follows entry 1"));

  auto first_gone = chain(3);
  first_gone.erase(first_gone.begin());
  EXPECT_THAT(verdict(first_gone).value_or(""), HasSubstr("entry 2 follows entry 0"));

  auto moved = chain(4);
  std::swap(moved[1].entry, moved[2].entry);
  EXPECT_THAT(verdict(moved).value_or(""), HasSubstr("entry 2 ("));

  auto doubled = chain(3);
  doubled.insert(doubled.begin() + 1, doubled[1]);
  EXPECT_THAT(verdict(doubled).value_or(""), HasSubstr("entry 2 follows entry 2"));

  auto added = chain(3);
  added.push_back({.head = {.seq = 4, .hash_hex = std::string(64, 'a')}, .entry = entry(4)});
  EXPECT_THAT(verdict(added).value_or(""), HasSubstr("entry 4 ("));
}

TEST(AuditChain, AKnownHeadFindsACutEndAndALogWrittenAnew) {
  const auto all = chain(5);
  EXPECT_EQ(verdict(all, all[4].head), std::nullopt);
  EXPECT_EQ(verdict(all, all[1].head), std::nullopt);
  EXPECT_EQ(verdict(all, Head{}), std::nullopt);

  const std::vector<Sealed> cut(all.begin(), all.begin() + 3);
  EXPECT_THAT(verdict(cut, all[4].head).value_or(""),
              HasSubstr("ends at entry 3, but entry 5 was there"));
  EXPECT_EQ(verdict(cut, all[2].head), std::nullopt);

  std::vector<Sealed> anew;
  Head head;
  for (int i = 0; i < 5; ++i) {
    Entry other = entry(i);
    other.actor = "mallory";
    head = after(head, other);
    anew.push_back({.head = head, .entry = other});
  }
  EXPECT_EQ(verdict(anew), std::nullopt);  // nothing but a noted head can tell
  EXPECT_THAT(verdict(anew, all[2].head).value_or(""), HasSubstr("entry 3 has another hash"));
}

TEST(AuditChain, AHeadIsReadAsItIsPrinted) {
  const Head head = chain(3).back().head;
  EXPECT_EQ(head_of(text_of(head)).value(), head);
  EXPECT_EQ(head_of(text_of({})).value(), Head{});
  const std::string zeros(64, '0');
  for (const std::string& bad :
       {std::string(), std::string("3"), std::string("3:"), ":" + zeros, "-1:" + zeros,
        "3:" + zeros + "0", "3:" + std::string(63, '0'), "3:" + std::string(64, 'A'), "3 :" + zeros,
        "x:" + zeros, "99999999999999999999:" + zeros}) {
    EXPECT_FALSE(head_of(bad)) << bad;
  }
}

}  // namespace
}  // namespace reprise::audit

#include "domain/account/export_manifest.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reprise::account {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

ExportManifest manifest() {
  return {.export_id = "e",
          .user_id = "u",
          .made_at = "2026-11-29T00:00:00Z",
          .files = {{"account.json", 2, "aa"}, {"chats.jsonl", 0, "bb"}},
          .left_out = {{"recordings/1/view/media.webm", "It is being made."}}};
}
std::map<std::string, ExportedFile> all_of(const ExportManifest& manifest) {
  std::map<std::string, ExportedFile> found;
  for (const ExportedFile& file : manifest.files) found.emplace(file.path, file);
  return found;
}

TEST(ExportManifest, IsReadAsItWasWritten) {
  const auto read = read_manifest(to_text(manifest()));
  ASSERT_TRUE(read.has_value()) << read.error().client_message;
  EXPECT_EQ(read->files, manifest().files);
  ASSERT_EQ(read->left_out.size(), 1U);
  EXPECT_EQ(read->left_out[0].why, "It is being made.");
}

TEST(ExportManifest, OfAnotherFormatOrALaterVersionIsRefused) {
  ExportManifest other = manifest();
  other.format = "zip";
  EXPECT_FALSE(read_manifest(to_text(other)).has_value());
  other = manifest();
  other.version = kExportVersion + 1;
  EXPECT_FALSE(read_manifest(to_text(other)).has_value());
  EXPECT_FALSE(read_manifest("{}").has_value());
}

TEST(ExportManifest, AWholeExportHasNoDifferences) {
  EXPECT_THAT(differences(manifest(), all_of(manifest())), IsEmpty());
}

TEST(ExportManifest, EveryDifferenceIsNamed) {
  auto found = all_of(manifest());
  found.erase("chats.jsonl");
  found["account.json"].sha256 = "cc";
  found["foreign.txt"] = {"foreign.txt", 1, "dd"};
  EXPECT_THAT(differences(manifest(), found),
              ElementsAre("account.json: its content has changed", "chats.jsonl: missing",
                          "foreign.txt: not named"));
  found["account.json"].bytes = 3;
  EXPECT_EQ(differences(manifest(), found)[0], "account.json: 3 bytes instead of 2");
  ExportManifest twice = manifest();
  twice.files.push_back(twice.files.front());
  EXPECT_THAT(differences(twice, all_of(manifest())), ElementsAre("account.json: named twice"));
}

}  // namespace
}  // namespace reprise::account

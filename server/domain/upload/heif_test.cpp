#include "domain/upload/heif.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace reprise::upload {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;
using testing::Not;

std::string big(std::uint64_t number, int bytes) {
  std::string text;
  for (int at = bytes - 1; at >= 0; --at) text += static_cast<char>(number >> (8 * at) & 0xff);
  return text;
}
std::string box(const std::string& kind, const std::string& body) {
  return big(body.size() + 8, 4) + kind + body;
}
std::string item(int id, const std::string& type) {
  return box("infe", "\2\0\0\0"s + big(static_cast<std::uint64_t>(id), 2) + "\0\0"s + type + "\0"s);
}
std::string place(int id, std::uint64_t first, std::uint64_t bytes) {
  return big(static_cast<std::uint64_t>(id), 2) + "\0\0"s + big(1, 2) + big(first, 4) +
         big(bytes, 4);
}

const std::string kNotes = "....Exif of a camera, GPS 48.1 11.5";
const std::string kXmp = "<x:xmpmeta>GPS too</x:xmpmeta>";

/// A picture of 40 x 30, with notes in its data. `first`: where the notes lie, if not there.
std::string picture(const std::string& properties = "",
                    std::optional<std::uint64_t> first = std::nullopt) {
  const std::string ftyp = box("ftyp", "heic\0\0\0\0mif1heic"s);
  const auto meta = [&](std::uint64_t data) {
    return box("meta",
               "\0\0\0\0"s +
                   box("iinf", "\0\0\0\0"s + big(3, 2) + item(1, "hvc1") + item(2, "Exif") +
                                   item(3, "mime")) +
                   box("iloc", "\0\0\0\0\x44\0"s + big(3, 2) + place(1, data, 6) +
                                   place(2, first.value_or(data + 6), kNotes.size()) +
                                   place(3, data + 6 + kNotes.size(), kXmp.size())) +
                   box("iprp", box("ipco", box("ispe", "\0\0\0\0"s + big(40, 4) + big(30, 4)) +
                                               properties)));
  };
  const std::size_t head = ftyp.size() + meta(0).size() + 8;
  return ftyp + meta(head) + box("mdat", "pixels" + kNotes + kXmp);
}

TEST(CleanHeif, NothingButThePictureStays) {
  const auto clean = clean_heif(picture() + box("uuid", "where I was") + "PK\3\4 a zip behind it");
  ASSERT_TRUE(clean.has_value());
  EXPECT_THAT(clean->content, HasSubstr("pixels"));
  for (const char* gone : {"GPS", "camera", "where I was", "PK"}) {
    EXPECT_THAT(clean->content, Not(HasSubstr(gone)));
  }
  EXPECT_EQ(clean->width, 40);
  EXPECT_EQ(clean->height, 30);
  EXPECT_EQ(clean->content.substr(0, picture().size()).find("pixels"), picture().find("pixels"))
      << "nothing moves";
  const auto again = clean_heif(clean->content);
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->content, clean->content);
}

TEST(CleanHeif, ATurnedPictureHasItsSidesTurned) {
  const auto turned = clean_heif(picture(box("irot", "\1")));
  ASSERT_TRUE(turned.has_value());
  EXPECT_EQ(turned->width, 30);
  const auto upside_down = clean_heif(picture(box("irot", "\2")));
  ASSERT_TRUE(upside_down.has_value());
  EXPECT_EQ(upside_down->width, 40);
}

TEST(CleanHeif, WhatWasMadeToBreakReadersIsRefused) {
  EXPECT_FALSE(clean_heif("").has_value());
  EXPECT_FALSE(clean_heif(box("ftyp", "heic")).has_value()) << "no picture";
  EXPECT_FALSE(clean_heif(picture("", 4)).has_value()) << "notes over the file's own structure";
  EXPECT_FALSE(clean_heif(picture("", 0xffff'fff0)).has_value()) << "notes behind the end";
  const std::string whole = picture();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    (void)clean_heif(std::string_view(whole).substr(0, size));  // under ASan
  }
}

}  // namespace
}  // namespace reprise::upload

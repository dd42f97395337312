#include "domain/upload/film.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/types.hpp"

namespace reprise::upload {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;
using testing::Not;

std::string number(std::uint64_t value, int bytes = 4) {
  std::string text;
  for (int at = bytes - 1; at >= 0; --at) text += static_cast<char>(value >> (8 * at) & 0xff);
  return text;
}
std::string box(const std::string& kind, const std::string& body) {
  return number(body.size() + 8) + kind + body;
}
std::string handler(const std::string& kind) {
  return box("hdlr", std::string(8, '\0') + kind + std::string(12, '\0'));
}
const std::string kPlace = "+48.1374+011.5755/";
const std::string kUserData = box("udta", box("\xa9xyz", "\0\x12\x15\xc7"s + kPlace));
std::string track(const std::string& kind, const std::string& table = "",
                  const std::string& notes = "") {
  return box("trak", box("tkhd", "T") +
                         box("mdia", handler(kind) + box("minf", box("stbl", table))) + notes);
}
std::string index(const std::string& body) { return box("moov", box("mvhd", "M") + body); }
const std::string kType = box("ftyp", "qt  ");
const std::string kMedia = box("mdat", "picture and sound");

/// What is left of a film that comes in pieces of so many bytes. Blanking it once more changes
/// nothing.
std::string blanked(const std::string& film, std::size_t step = 7) {
  FilmNotes notes;
  for (std::size_t at = 0; at < film.size(); at += step) {
    notes.add(as_bytes(std::string_view(film).substr(at, step)));
  }
  const auto patches = notes.finish();
  if (!patches) return "refused";
  // As it is stored, in parts.
  const std::size_t half = film.size() / 2;
  std::string whole;
  for (const auto& [first, last] : {std::pair{std::size_t{0}, half}, {half, film.size()}}) {
    const ByteView view = as_bytes(std::string_view(film).substr(first, last - first));
    Bytes part(view.begin(), view.end());
    apply(*patches, first, part);
    whole += as_text(part);
  }
  FilmNotes again;
  again.add(as_bytes(whole));
  EXPECT_TRUE(again.finish()->empty());
  EXPECT_EQ(whole.size(), film.size());
  return whole;
}

TEST(Film, KeepsWhatHasNoNotes) {
  for (const std::string& film :
       {kType + kMedia + index(track("vide") + track("soun")), kType + index("") + kMedia,
        kType + box("free", std::string(20, '\0')) + kMedia, kType + kMedia, kType, ""s,
        kType + number(0) + "mdat to the end",
        kType + number(1) + "mdat" + number(20, 8) + "long"}) {
    EXPECT_EQ(blanked(film), film);
    FilmNotes notes;
    notes.add(as_bytes(film));
    EXPECT_TRUE(notes.finish()->empty()) << "no part is written anew";
  }
}

TEST(Film, LosesThePlaceWhereverACameraWritesIt) {
  const std::string keys = box("meta", handler("mdta") + box("ilst", kPlace));
  const std::string xmp = box("uuid", "\xbe\x7a\xcf\xcb" + kPlace);
  for (const std::string& film : {
           kType + kMedia + index(track("vide") + kUserData),
           kType + index(kUserData + track("vide")) + kMedia,
           kType + index(track("vide", "", kUserData)) + kMedia,
           kType + index(keys) + kMedia,
           kType + index(track("soun", "", keys)) + kMedia,
           kType + index(xmp) + kMedia,
           kType + xmp + index("") + kMedia,
           kType + index("") + kMedia + xmp,
           kType + box("free", kPlace) + index(box("skip", kPlace)) + kMedia,
           kType + kMedia + index("") + "\0\0\0\3" + kPlace,
           kType + kMedia + index("") + kPlace.substr(0, 7),
           kType + kMedia + index("mvex" + kPlace),
       }) {
    for (const std::size_t step : {std::size_t{1}, std::size_t{13}, film.size()}) {
      const std::string left = blanked(film, step);
      EXPECT_THAT(left, Not(HasSubstr("+48.1"))) << film;
      EXPECT_THAT(left, HasSubstr("picture and sound"));
      EXPECT_THAT(left, HasSubstr("mvhdM"));
    }
  }
}

TEST(Film, LosesTracksOfMeasurementsWithTheirSamples) {
  // Two samples in the first chunk, one in the second.
  const std::string runs = box("stsc", number(0) + number(2) + number(1) + number(2) + number(1) +
                                           number(2) + number(1) + number(1));
  const auto film = [&](std::uint64_t uniform, const std::string& sizes) {
    const auto made = [&](std::uint64_t media) {
      const std::string table =
          box("stsz", number(0) + number(uniform) + number(3) + sizes) + runs +
          box("stco", number(0) + number(2) + number(media) + number(media + 8));
      return kType + index(track("vide") + track("meta", table)) +
             box("mdat", "GPS1GPS2GPS3 picture");
    };
    return made(made(0).size() - 20);
  };
  for (const std::string& one : {film(4, ""), film(0, number(4) + number(4) + number(4))}) {
    const std::string left = blanked(one);
    EXPECT_THAT(left, Not(HasSubstr("GPS")));
    EXPECT_THAT(left, HasSubstr(" picture"));
    EXPECT_THAT(left, HasSubstr("vide"));
    EXPECT_THAT(left, Not(HasSubstr("meta")));
  }
}

TEST(Film, ATableThatNamesOtherBytesBreaksNothing) {
  const std::string table =
      box("stsz", number(0) + number(0xffffffff) + number(0xffffffff)) +
      box("stsc", number(0) + number(1) + number(1) + number(0xffffffff) + number(1)) +
      box("stco", number(0) + number(3) + number(0) + number(12) + number(0xffffffff));
  const std::string film = kType + index(track("vide") + track("gpmd", table)) + kMedia;
  const std::string left = blanked(film);
  EXPECT_THAT(left, HasSubstr("ftypqt  "));
  EXPECT_THAT(left, HasSubstr("picture and sound"));
}

TEST(Film, IsCutAnywhereWithoutHarm) {
  const std::string film = kType + index(track("vide") + track("meta") + kUserData) + kMedia;
  for (std::size_t end = 0; end < film.size(); ++end) blanked(film.substr(0, end));
}

TEST(Film, KnowsItsTypes) {
  EXPECT_TRUE(is_film("video/mp4"));
  EXPECT_TRUE(is_film("video/quicktime"));
  EXPECT_TRUE(is_film("audio/mp4"));
  EXPECT_FALSE(is_film("video/webm"));
}

}  // namespace
}  // namespace reprise::upload

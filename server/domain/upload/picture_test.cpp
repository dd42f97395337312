#include "domain/upload/picture.hpp"

#include <gtest/gtest.h>

#include <string>

namespace reprise::upload {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

std::string big(std::uint32_t number, int bytes) {
  std::string text;
  for (int at = bytes - 1; at >= 0; --at) text += static_cast<char>(number >> (8 * at) & 0xff);
  return text;
}
std::string little(std::uint32_t number, int bytes) {
  const std::string text = big(number, bytes);
  return {text.rbegin(), text.rend()};
}
std::string clean(std::string_view type, std::string_view content) {
  const auto picture = clean_picture(type, as_bytes(content));
  return picture ? std::string(as_text(picture->content)) : "(" + picture.error().type + ")";
}

std::string segment(unsigned char marker, std::string_view body) {
  return "\xff"s + static_cast<char>(marker) + big(static_cast<std::uint32_t>(body.size()) + 2, 2) +
         std::string(body);
}
std::string exif(int orientation) {
  return "Exif\0\0II\x2a\0\x08\0\0\0\2\0"s + "\x0f\x01\2\0\1\0\0\0A\0\0\0"s +
         "\x12\x01\3\0\1\0\0\0"s + static_cast<char>(orientation) +
         "\0\0\0\0\0\0\0GPS: 48.1, 11.5"s;
}
std::string jpeg(const std::string& notes, std::uint32_t width = 40, std::uint32_t height = 30) {
  return "\xff\xd8"s + segment(0xe0, "JFIF\0\1\1"sv) + notes + segment(0xdb, "table") +
         segment(0xc0, "\x08"s + big(height, 2) + big(width, 2) + "\1\1\x11\0"s) +
         segment(0xda, "scan") + "data\xff\0more\xff\xd0rest"s + "\xff\xd9";
}

TEST(CleanJpeg, NothingButThePictureStays) {
  const std::string plain = jpeg("");
  EXPECT_EQ(clean("image/jpeg", plain), plain);
  EXPECT_EQ(clean("image/jpeg", jpeg(segment(0xe1, exif(1)))), plain);
  EXPECT_EQ(clean("image/jpeg", jpeg(segment(0xe1, "http://ns.adobe.com/xap/1.0/\0<x>"sv) +
                                     segment(0xed, "Photoshop 3.0") + segment(0xfe, "comment"))),
            plain);
  EXPECT_EQ(clean("image/jpeg", plain + "PK\3\4 a zip behind it"), plain);
}

TEST(CleanJpeg, HowItIsTurnedIsTold) {
  const auto picture = clean_picture("image/jpeg", as_bytes(jpeg(segment(0xe1, exif(6)))));
  ASSERT_TRUE(picture.has_value());
  EXPECT_EQ(picture->turned, 6);
  EXPECT_EQ(picture->width, 30);
  EXPECT_EQ(picture->height, 40);
  EXPECT_EQ(as_text(picture->content), jpeg(""));
  // Where it cannot be turned it says so, and nothing else.
  const Bytes saying = with_orientation("image/jpeg", picture->content, picture->turned);
  EXPECT_EQ(as_text(saying).find("GPS"), std::string_view::npos);
  EXPECT_EQ(clean_picture("image/jpeg", saying)->turned, 6);
  EXPECT_EQ(with_orientation("image/png", picture->content, 6), picture->content);
}

TEST(WithProfileOf, AJpegThatWasMadeFromAnotherHasItsColours) {
  const std::string profile = segment(0xe2, "ICC_PROFILE\0\1\1profile"sv);
  const std::string plain = jpeg("");
  const auto made = [&](std::string_view type, const std::string& original,
                        const std::string& from) {
    const ByteView content = as_bytes(from);
    const Bytes bytes =
        with_profile_of(type, as_bytes(original), Bytes(content.begin(), content.end()));
    return std::string(as_text(bytes));
  };
  EXPECT_EQ(made("image/jpeg", jpeg(profile), plain), jpeg(profile));
  EXPECT_EQ(made("image/jpeg", jpeg(profile), jpeg(profile)), jpeg(profile)) << "not twice";
  EXPECT_EQ(made("image/jpeg", plain, plain), plain);
  EXPECT_EQ(made("image/png", jpeg(profile), plain), plain);
}

TEST(CleanJpeg, ItsColoursStay) {
  const std::string colours = jpeg(segment(0xe2, "ICC_PROFILE\0\1\1profile"sv));
  EXPECT_EQ(clean("image/jpeg", colours), colours);
}

std::string chunk(std::string_view kind, std::string_view body) {
  return big(static_cast<std::uint32_t>(body.size()), 4) + std::string(kind) + std::string(body) +
         "crc!";
}
std::string png(const std::string& notes, std::uint32_t width = 40, std::uint32_t height = 30) {
  return "\x89PNG\r\n\x1a\n"s + chunk("IHDR", big(width, 4) + big(height, 4) + "\x08\6\0\0\0"s) +
         notes + chunk("IDAT", "pixels") + chunk("IEND", "");
}

TEST(CleanPng, NothingButThePictureStays) {
  const std::string plain = png("");
  EXPECT_EQ(clean("image/png", plain), plain);
  EXPECT_EQ(clean("image/png", png(chunk("eXIf", exif(1)) + chunk("tEXt", "Author\0Ada"sv) +
                                   chunk("iTXt", "XML") + chunk("tIME", "1234567"))),
            plain);
  EXPECT_EQ(clean("image/png", plain + "<script>alert(1)</script>"), plain);
}

TEST(CleanPng, TheSidesAreThoseOfTheTurnedPicture) {
  const auto turned = clean_picture("image/png", as_bytes(png(chunk("eXIf", exif(6).substr(6)))));
  ASSERT_TRUE(turned.has_value());
  EXPECT_EQ(turned->turned, 6);
  EXPECT_EQ(turned->width, 30);
}

std::string webp(const std::string& chunks) {
  return "RIFF" + little(static_cast<std::uint32_t>(chunks.size()) + 4, 4) + "WEBP" + chunks;
}
std::string riff(std::string_view kind, std::string_view body) {
  return std::string(kind) + little(static_cast<std::uint32_t>(body.size()), 4) +
         std::string(body) + (body.size() % 2 == 1 ? "\0"s : "");
}

TEST(CleanWebp, NothingButThePictureStays) {
  const std::string size = little(39, 3) + little(29, 3);
  const std::string lossy = riff("VP8 ", "pixel");
  const std::string plain = webp(riff("VP8X", "\x10\0\0\0"s + size) + lossy);
  EXPECT_EQ(clean("image/webp", plain), plain);
  EXPECT_EQ(clean("image/webp", webp(riff("VP8X", "\x1c\0\0\0"s + size) + lossy +
                                     riff("EXIF", exif(1)) + riff("XMP ", "<x>"))),
            plain);
  EXPECT_EQ(clean("image/webp", plain + "behind"), plain);
}

TEST(CleanGif, NothingButThePictureStays) {
  const std::string head = "GIF89a" + little(40, 2) + little(30, 2) + "\x80\0\0"s + "rgbRGB";
  const std::string loop = "\x21\xff\x0bNETSCAPE2.0\3\1\0\0\0"s;
  const std::string frame =
      "\x21\xf9\4\0\0\0\0\0"s + ","s + std::string(8, '\0') + "\0"s + "\2\2ab\0"s;
  const std::string plain = head + loop + frame + ";";
  EXPECT_EQ(clean("image/gif", plain), plain);
  EXPECT_EQ(clean("image/gif", head + loop + "\x21\xfe\5place\0"s +
                                   "\x21\xff\x0bXMP DataXMP\1x\0"s + frame + ";*/=1;alert(1)"),
            plain);
}

TEST(CleanPicture, OneThatIsCutOrDamagedIsRefusedOrShortNeverRead) {
  const std::string whole[] = {jpeg(segment(0xe1, exif(6))), png(chunk("tEXt", "a")),
                               webp(riff("VP8X", "\x10\0\0\0"s + little(39, 3) + little(29, 3)))};
  const char* types[] = {"image/jpeg", "image/png", "image/webp"};
  for (std::size_t one = 0; one < 3; ++one) {
    for (std::size_t size = 12; size < whole[one].size(); ++size) {
      (void)clean(types[one], std::string_view(whole[one]).substr(0, size));
    }
  }
  EXPECT_EQ(clean("image/jpeg", "\xff\xd8\xff\xe0"), "(upload-type-refused)");
  EXPECT_EQ(clean("image/png", "\x89PNG\r\n\x1a\n"), "(upload-type-refused)");
  EXPECT_EQ(clean("image/gif", "GIF89a"), "(upload-type-refused)");
}

TEST(CleanPicture, OneWithTooManyPixelsIsRefused) {
  EXPECT_EQ(clean("image/png", png("", 65'535, 65'535)), "(upload-picture-too-large)");
  EXPECT_EQ(clean("image/png", png("", 4'294'967'295, 4'294'967'295)),
            "(upload-picture-too-large)");
  EXPECT_EQ(clean("image/jpeg", jpeg("", 65'535, 65'535)), "(upload-picture-too-large)");
  EXPECT_EQ(clean("image/png", png("", 0, 10)), "(upload-type-refused)");
}

TEST(CanClean, OnlyWhatIsUnderstood) {
  EXPECT_TRUE(can_clean("image/webp"));
  EXPECT_TRUE(can_clean("image/heic"));
  EXPECT_FALSE(can_clean("image/svg+xml"));
  EXPECT_FALSE(can_clean("video/mp4"));
}

}  // namespace
}  // namespace reprise::upload

#include "domain/upload/media_type.hpp"

#include <gtest/gtest.h>

namespace reprise::upload {
namespace {

using namespace std::string_view_literals;

struct Case {
  const char* what;
  std::string_view content;
  std::string_view name;
  std::string_view type;  ///< empty: refused
};

std::string_view type_of(std::string_view content, std::string_view name) {
  const auto found = media_type_of(as_bytes(content), name);
  return found ? found->name : std::string_view();
}

constexpr std::string_view kOpusPage =
    "OggS\0\2\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\1\2\3\4\1\x13OpusHead\1\2"sv;
constexpr std::string_view kTheoraPage =
    "OggS\0\2\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\1\2\3\4\1\x2a\x80theora\3\2"sv;

class MediaTypeOf : public testing::TestWithParam<Case> {};

TEST_P(MediaTypeOf, IsToldByTheContent) {
  EXPECT_EQ(type_of(GetParam().content, GetParam().name), GetParam().type);
}

INSTANTIATE_TEST_SUITE_P(
    Files, MediaTypeOf,
    testing::Values(
        Case{"Png", "\x89PNG\r\n\x1a\n...", "a.png", "image/png"},
        Case{"Jpeg", "\xff\xd8\xff\xe0\0\x10JFIF"sv, "", "image/jpeg"},
        Case{"Gif", "GIF89a\1\0\1\0"sv, "", "image/gif"},
        Case{"WebP", "RIFF\x24\0\0\0WEBPVP8 "sv, "", "image/webp"},
        Case{"Wav", "RIFF\x24\0\0\0WAVEfmt "sv, "", "audio/wav"},
        Case{"Avi", "RIFF\x24\0\0\0AVI LIST"sv, "a.avi", ""},
        Case{"Avif",
             "\0\0\0\x1c"
             "ftypavif\0\0\0\0mif1"sv,
             "", "image/avif"},
        Case{"Heic",
             "\0\0\0\x1c"
             "ftypheic\0\0\0\0mif1"sv,
             "", "image/heic"},
        Case{"HeifThatIsAvif",
             "\0\0\0\x1c"
             "ftypmif1\0\0\0\0mif1avif"sv,
             "", "image/avif"},
        Case{"Mp4",
             "\0\0\0\x20"
             "ftypisom\0\0\2\0isomiso2"sv,
             "", "video/mp4"},
        Case{"Mov",
             "\0\0\0\x14"
             "ftypqt  \0\0\2\0qt  "sv,
             "", "video/quicktime"},
        Case{"M4a",
             "\0\0\0\x20"
             "ftypM4A \0\0\2\0"sv,
             "", "audio/mp4"},
        Case{"OtherBrand",
             "\0\0\0\x20"
             "ftypcrx \0\0\2\0"sv,
             "", ""},
        Case{"WebM", "\x1a\x45\xdf\xa3\x9f\x42\x86\x81\1\x42\x82\x84webm"sv, "", "video/webm"},
        Case{"Matroska", "\x1a\x45\xdf\xa3\x9f\x42\x82\x88matroska"sv, "a.webm", ""},
        Case{"Opus", kOpusPage, "", "audio/ogg"}, Case{"Theora", kTheoraPage, "", ""},
        Case{"OggCut", "OggS"sv, "", ""}, Case{"Flac", "fLaC\0\0\0\x22"sv, "", "audio/flac"},
        Case{"Mp3WithTag", "ID3\4\0\0\0\0\0\0\xff\xfb"sv, "", "audio/mpeg"},
        Case{"Mp3", "\xff\xfb\x90\x64\0\0"sv, "", "audio/mpeg"},
        Case{"Pdf", "%PDF-1.7\n%\xe2\xe3"sv, "", "application/pdf"},
        Case{"PdfBehindJunk", "junk %PDF-1.7\n\0"sv, "a.pdf", ""},
        Case{"Text", "Hello\n", "notes.txt", "text/plain"},
        Case{"Nothing", "", "empty", "text/plain"},
        Case{"Source", "#include <stdio.h>\n", "a.c", "text/plain"},
        Case{"Markdown", "# Hello", "README.MD", "text/markdown"},
        Case{"Csv", "a,b\r\n1,2", "t.csv", "text/csv"},
        Case{"Json", "{\"a\":1}", "t.json", "application/json"},
        Case{"ByteOrderMark", "\xef\xbb\xbfHello", "t.txt", "text/plain"},
        Case{"Latin1", "caf\xe9", "t.txt", ""}, Case{"Nul", "a\0b"sv, "t.txt", ""},
        Case{"Escape", "\x1b[2J", "t.txt", ""}, Case{"Zip", "PK\3\4\x14\0"sv, "a.docx", ""},
        Case{"Gzip", "\x1f\x8b\x08\0"sv, "a.gz", ""},
        Case{"Elf",
             "\x7f"
             "ELF\2"sv,
             "a", ""},
        Case{"Exe", "MZ\x90\0"sv, "a.png", ""},
        Case{"Svg", "<svg xmlns='http://www.w3.org/2000/svg'/>", "a.png", ""},
        Case{"SvgBehindXml", "<?xml version='1.0'?><svg/>", "a.txt", ""},
        Case{"SvgBehindBlanks", "\xef\xbb\xbf \n\t<SVG/onload=alert(1)>", "a.txt", ""},
        Case{"Html", "<!DOCTYPE html><p>", "a.txt", ""},
        Case{"HtmlBehindComment", "<!-- x --><html>", "a.txt", ""},
        Case{"HtmlByName", "hello", "a.HTML", ""}, Case{"SvgByName", "hello", "a.svg", ""},
        Case{"Playlist", "#EXTM3U\nhttp://x", "a.txt", ""},
        Case{"Concat", "ffconcat version 1.0\nfile '/etc/passwd'", "a.txt", ""}),
    [](const auto& tested) { return tested.param.what; });

TEST(MediaTypeOfAHead, ACharacterThatIsCutAtItsEndIsNoFault) {
  std::string text(kHeadBytes - 1, 'a');
  text += "\xc3\xa4 and more";
  EXPECT_EQ(type_of(text, "a.txt"), "text/plain");
}

TEST(MediaTypeOfAHead, TheRefusalNamesTheFieldAndTheKind) {
  const auto refused = media_type_of(as_bytes("PK\3\4"), "a.zip");
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::Unsupported);
  EXPECT_TRUE(refused.error().client_message.starts_with("`file` is a zip archive"));
}

TEST(MediaTypeOfAHead, NameAndDeclaredTypeAgreeWithTheContent) {
  const auto type = [](std::string_view head, std::string_view name, std::string_view declared) {
    const auto found = media_type_of(as_bytes(head), name, declared);
    return found ? std::string(found->name) : found.error().type;
  };
  constexpr auto kPng = "\x89PNG\r\n\x1a\n"sv;
  constexpr auto kNo = "upload-type-refused";
  EXPECT_EQ(type(kPng, "a.jpg", "image/jpeg"), "image/png") << "the same kind: it is said right";
  EXPECT_EQ(type(kPng, "a", "application/octet-stream"), "image/png");
  for (const char* name : {"a.html", "a.svg", "a.pdf", "a.txt", "a.mp4", "a.exe"}) {
    EXPECT_EQ(type(kPng, name, ""), kNo) << name;
  }
  for (const char* declared : {"text/html", "image/svg+xml", "video/mp4", "application/pdf"}) {
    EXPECT_EQ(type(kPng, "a", declared), kNo) << declared;
  }
  EXPECT_EQ(type("hello", "a.png", ""), kNo);
  EXPECT_EQ(type("", "a.png", ""), "text/plain") << "nothing contradicts the name";
  EXPECT_EQ(type("", "a.html", ""), kNo);
  EXPECT_EQ(type("hello", "a.ts", "video/mp2t"), "text/plain") << "TypeScript";
  EXPECT_EQ(type("fLaC", "a.mp4", "audio/flac"), "audio/flac") << "sound and video";
}

std::string checked(std::initializer_list<std::string_view> pieces) {
  TextCheck check;
  for (const std::string_view piece : pieces) check.add(as_bytes(piece));
  const Status status = check.finish();
  return status ? "text" : status.error().type;
}

TEST(TextCheck, LooksAtAllOfIt) {
  EXPECT_EQ(checked({}), "text");
  EXPECT_EQ(checked({"a\tb\r\nc"}), "text");
  EXPECT_EQ(checked({"a", "\0"sv, "b"}), "upload-type-refused");
  EXPECT_EQ(checked({"\xc3"}), "upload-type-refused") << "cut";
  EXPECT_EQ(checked({"\xe2", "\x82", "\xac"}), "text") << "a piece cuts a character";
  EXPECT_EQ(checked({"\xe2", "a", "\xac"}), "upload-type-refused");
}

TEST(IsShown, OnlyWhatABrowserCannotRun) {
  EXPECT_TRUE(is_shown(*find_media_type("image/png")));
  EXPECT_TRUE(is_shown(*find_media_type("video/mp4")));
  EXPECT_FALSE(is_shown(*find_media_type("application/pdf")));
  EXPECT_FALSE(is_shown(*find_media_type("text/plain")));
}

}  // namespace
}  // namespace reprise::upload

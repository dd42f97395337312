#include "domain/upload/multipart.hpp"

#include <gtest/gtest.h>

namespace reprise::upload {
namespace {

std::string part(std::string_view head, std::string_view content) {
  return "--B\r\n" + std::string(head) + "\r\n\r\n" + std::string(content) + "\r\n";
}
const std::string kEnd = "--B--\r\n";
constexpr const char* kFile = "Content-Disposition: form-data; name=\"file\"; filename=\"a.png\"";

TEST(BoundaryIn, IsReadFromTheContentType) {
  EXPECT_EQ(boundary_in("multipart/form-data; boundary=abc"), "abc");
  EXPECT_EQ(boundary_in("Multipart/Form-Data; charset=utf-8; Boundary=\"a b\""), "a b");
  EXPECT_EQ(boundary_in("application/json").error().code, ErrorCode::Unsupported);
  for (const char* bad : {"multipart/form-data", "multipart/form-data; boundary=",
                          "multipart/form-data; boundary=\"a", "multipart/form-data; x"}) {
    EXPECT_EQ(boundary_in(bad).error().code, ErrorCode::Invalid) << bad;
  }
  EXPECT_FALSE(boundary_in("multipart/form-data; boundary=" + std::string(71, 'a')).has_value());
}

TEST(FileIn, FindsTheOneFile) {
  const std::string body =
      part("Content-Disposition: form-data; name=\"note\"", "hello") +
      part(std::string(kFile) + "\r\nContent-Type: image/png", "by\r\n--te\r\n--Bs") + kEnd;
  const auto file = file_in(body, "B");
  ASSERT_FALSE(file.has_value()) << "a boundary inside of the content ends it";
  const std::string whole = part(kFile, "by\r\n--Cs\r\n") + kEnd;
  const auto found = file_in(whole, "B");
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->name, "a.png");
  EXPECT_EQ(found->content, "by\r\n--Cs\r\n");
}

TEST(FileIn, ItsDeclaredTypeIsRead) {
  const std::string body = part(std::string(kFile) + "\r\ncontent-type: image/png", "x") + kEnd;
  EXPECT_EQ(file_in(body, "B").value().declared_type, "image/png");
  const std::string none = part(kFile, "x") + kEnd;
  EXPECT_EQ(file_in(none, "B").value().declared_type, "");
}

TEST(FileIn, AnEmptyFileIsAFile) {
  const std::string body = part(kFile, "") + kEnd;
  EXPECT_EQ(file_in(body, "B").value().content, "");
}

TEST(FileIn, RefusesWhatIsCutOrHasNoFileOrSeveral) {
  const std::string whole = part(kFile, "abc") + kEnd;
  for (std::size_t size = 0; size < whole.size() - 4; ++size) {
    EXPECT_FALSE(file_in(std::string_view(whole).substr(0, size), "B").has_value()) << size;
  }
  EXPECT_FALSE(file_in(kEnd, "B").has_value());
  EXPECT_FALSE(file_in(part(kFile, "a") + part(kFile, "b") + kEnd, "B").has_value());
  EXPECT_FALSE(file_in("preamble\r\n" + whole, "B").has_value());
  std::string many;
  for (int n = 0; n < 40; ++n) many += part("Content-Disposition: form-data; name=\"x\"", "y");
  EXPECT_FALSE(file_in(many + part(kFile, "a") + kEnd, "B").has_value());
}

}  // namespace
}  // namespace reprise::upload

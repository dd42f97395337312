#include "features/uploads/upload_routes.hpp"

#include <gmock/gmock.h>

#include "platform/blob/local_blob.hpp"
#include "platform/database/engines_for_test.hpp"
#include "platform/database/migrations.hpp"
#include "platform/http/route_test_support.hpp"

namespace reprise::uploads {
namespace {

using http::Answered;
using http::Method;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kAll = "/api/uploads";
constexpr const char* kOne = "/api/uploads/{id:uuid}";
using Fields = std::vector<std::pair<std::string, std::string>>;

class UploadRoutesTest : public testing::Test {
 protected:
  ~UploadRoutesTest() override {
    database_->close();
    pool_.close();
  }
  Answered ask(Method method, const char* pattern, std::string id, Fields fields,
               std::string body = {}, std::string type = "application/offset+octet-stream") {
    return http::call(routes_, {.method = method,
                                .pattern = pattern,
                                .params = {std::move(id)},
                                .body = std::move(body),
                                .headers = std::move(fields),
                                .content_type = std::move(type)});
  }
  static Fields tus(Fields more = {}) {
    more.emplace_back("Tus-Resumable", "1.0.0");
    return more;
  }
  std::string begin(std::string length, std::string metadata = "filename YS50eHQ=") {
    const Answered made =
        ask(Method::Post, kAll, "",
            tus({{"Upload-Length", std::move(length)}, {"Upload-Metadata", std::move(metadata)}}));
    EXPECT_EQ(made.status, 201) << made.text;
    return std::string(made.headers.find("Location").value_or("")).substr(13);
  }
  Answered add(const std::string& id, std::string offset, std::string body) {
    return ask(Method::Patch, kOne, id, tus({{"Upload-Offset", std::move(offset)}}),
               std::move(body));
  }

  database::TemporaryDirectory folder_;
  BlockingPool pool_{"test", 2};
  std::unique_ptr<database::Database> database_ =
      database::open_sqlite({.file = folder_.path() / "reprise.db"}, database::sqlite_migrations());
  std::unique_ptr<blob::BlobStore> blobs_ =
      blob::open_local_store(folder_.path() / "objects", pool_);
  Uploads uploads_{*database_, *blobs_, pool_, Limits{},
                   []() -> std::int64_t { return 1'000'000'000'000'000'000; }};
  Status space_;
  const http::Routes routes_ = upload_routes(uploads_, [this] { return space_; });
};

TEST_F(UploadRoutesTest, AnOffsetIsToldAndTheEndCompletes) {
  const std::string id = begin("10");
  const Answered first = add(id, "0", "hello");
  EXPECT_EQ(first.status, 204);
  EXPECT_EQ(first.headers.find("Upload-Offset"), "5");
  EXPECT_EQ(first.headers.find("Upload-Expires"), "Mon, 10 Sep 2001 01:46:40 GMT");
  const Answered last = add(id, "5", "world");
  EXPECT_EQ(last.headers.find("Upload-Offset"), "10");
  EXPECT_FALSE(last.headers.find("Upload-Expires").has_value()) << "it stays now";
  const Answered info = ask(Method::Get, "/api/uploads/{id:uuid}/info", id, {});
  EXPECT_EQ(info.json.at("state"), "complete");
  EXPECT_EQ(info.json.at("media_type"), "text/plain");
}

TEST_F(UploadRoutesTest, WhatIsNotSaidRightIsRefusedInWords) {
  const std::string id = begin("10");
  EXPECT_EQ(add(id, "1", "x").problem(), "upload-offset");
  EXPECT_EQ(add(id, "-1", "x").status, 400);
  EXPECT_EQ(add(id, "0", "more than ten bytes").status, 413);
  EXPECT_EQ(ask(Method::Patch, kOne, id, {{"Upload-Offset", "0"}}, "x").status, 412);
  EXPECT_EQ(ask(Method::Patch, kOne, id, tus({{"Upload-Offset", "0"}}), "x", "text/plain").status,
            415);
  EXPECT_EQ(ask(Method::Patch, kOne, id,
                tus({{"Upload-Offset", "0"}, {"Upload-Checksum", "md5 XUFAKrxLKna5cZ2REBfFkg=="}}),
                "other")
                .status,
            460);
  EXPECT_EQ(ask(Method::Post, kAll, "", tus()).status, 400);
  const Fields twice{{"Upload-Length", "5"}, {"Upload-Length", "6"}};
  EXPECT_EQ(ask(Method::Post, kAll, "", tus(twice)).status, 400);
  EXPECT_EQ(ask(Method::Patch, kOne, id, tus(), "x").status, 400);
}

TEST_F(UploadRoutesTest, WhatWasSaidOfAFileIsGivenBackAsItCame) {
  const std::string said = "filename Li4vYS50eHQ=,filetype dGV4dC9wbGFpbg==,empty";
  const Answered head = ask(Method::Head, kOne, begin("10", said), tus());
  EXPECT_EQ(head.headers.find("Upload-Metadata"), said);
  const Answered none = ask(Method::Post, kAll, "", tus({{"Upload-Length", "1"}}));
  const std::string id = std::string(none.headers.find("Location").value_or("")).substr(13);
  EXPECT_FALSE(ask(Method::Head, kOne, id, tus()).headers.find("Upload-Metadata").has_value());
}

TEST_F(UploadRoutesTest, AMethodMayComeByPost) {
  const std::string id = begin("5");
  const auto post_as = [&](std::string method, Fields fields, std::string body = {}) {
    fields.emplace_back("X-HTTP-Method-Override", std::move(method));
    return ask(Method::Post, kOne, id, tus(std::move(fields)), std::move(body));
  };
  EXPECT_EQ(post_as("PATCH", {{"Upload-Offset", "0"}}, "he").headers.find("Upload-Offset"), "2");
  EXPECT_EQ(post_as("HEAD", {}).headers.find("Upload-Offset"), "2");
  EXPECT_EQ(post_as("PUT", {}).status, 400);
  EXPECT_EQ(ask(Method::Post, kOne, id, tus()).status, 400);
  EXPECT_EQ(post_as("DELETE", {}).status, 204);
  EXPECT_EQ(post_as("HEAD", {}).status, 404);
}

TEST_F(UploadRoutesTest, AFullDiskTakesNoNewFile) {
  space_ = fail(ErrorCode::StorageFull, "The disk is full.");
  EXPECT_EQ(ask(Method::Post, kAll, "", tus({{"Upload-Length", "1"}})).status, 507);
  EXPECT_EQ(ask(Method::Post, kAll, "", {}, "--B--\r\n", "multipart/form-data; boundary=B").status,
            507);
}

TEST_F(UploadRoutesTest, AFileIsHarmlessHoweverItIsOpened) {
  const Answered made = ask(Method::Post, kAll, "", {},
                            "--B\r\nContent-Disposition: form-data; name=\"file\"; "
                            "filename=\"../a.txt\"\r\n\r\nhello\r\n--B--\r\n",
                            "multipart/form-data; boundary=B");
  ASSERT_EQ(made.status, 201) << made.text;
  EXPECT_EQ(made.json.at("name"), "a.txt");
  const std::string id(made.json.at("id").as_string());
  const Answered file = ask(Method::Get, kOne, id, {});
  EXPECT_EQ(file.status, 200);
  EXPECT_EQ(file.headers.find("Content-Type"), "text/plain; charset=utf-8");
  EXPECT_EQ(file.headers.find("X-Content-Type-Options"), "nosniff");
  EXPECT_THAT(std::string(*file.headers.find("Content-Security-Policy")), HasSubstr("sandbox"));
  EXPECT_THAT(std::string(*file.headers.find("Content-Disposition")), StartsWith("attachment"));
  EXPECT_EQ(ask(Method::Get, kOne, id, {{"Range", "bytes=1-2"}}).status, 206);
  EXPECT_EQ(ask(Method::Get, kOne, begin("3"), {}).problem(), "upload-not-whole");
}

}  // namespace
}  // namespace reprise::uploads

#include "features/playback/bookmark_routes.hpp"

#include <boost/describe/class.hpp>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "base/clock.hpp"
#include "domain/access/access.hpp"
#include "platform/http/json_body.hpp"

namespace reprise::playback {
namespace json = boost::json;
using access::Action;
using access::Reach;
using http::guarded;
using http::Method;
using http::Request;
using http::Response;
using session::RecordingId;

namespace {

struct BookmarkCreate {
  std::int64_t at_ms = 0;
  std::optional<std::string> note;
};
BOOST_DESCRIBE_STRUCT(BookmarkCreate, (), (at_ms, note))

struct BookmarkChange {
  std::string note;
};
BOOST_DESCRIBE_STRUCT(BookmarkChange, (), (note))

json::object to_api(const Bookmark& bookmark) {
  return {{"id", bookmark.id},
          {"at_ms", bookmark.at_ms},
          {"note", bookmark.note},
          {"created_at", rfc3339(bookmark.created_utc_ns)}};
}

Response answer(int status, const Result<Bookmark>& bookmark) {
  return bookmark ? http::json(status, json::serialize(to_api(*bookmark)))
                  : http::problem(bookmark.error());
}

Response list_json(const std::vector<Bookmark>& bookmarks) {
  json::array rows;
  for (const Bookmark& bookmark : bookmarks) rows.push_back(to_api(bookmark));
  return http::json(200, json::serialize(json::object{{"bookmarks", std::move(rows)}}));
}

Task<Response> list_bookmarks(Bookmarks& bookmarks, BlockingPool& reads, Request request) {
  const auto found = co_await bookmarks.list(Reach::of(request.who()),
                                             RecordingId(request.params[0]), request.deadline);
  if (!found) co_return http::problem(found.error());
  co_return co_await reads.run([&found] { return list_json(*found); });
}

Task<Response> create_bookmark(Bookmarks& bookmarks, Request request) {
  const auto wish = co_await http::read_json<BookmarkCreate>(request);
  if (!wish) co_return http::problem(wish.error());
  auto note = clean_note(wish->note.value_or(""));
  if (!note) co_return http::problem(note.error());
  const auto made = co_await bookmarks.add(Reach::of(request.who()), RecordingId(request.params[0]),
                                           wish->at_ms, *std::move(note), request.deadline);
  Response response = answer(201, made);
  if (made) {
    response.headers.add("Location",
                         "/api/recordings/" + request.params[0] + "/bookmarks/" + made->id);
  }
  co_return response;
}

Task<Response> change_bookmark(Bookmarks& bookmarks, Request request) {
  const auto wish = co_await http::read_json<BookmarkChange>(request);
  if (!wish) co_return http::problem(wish.error());
  auto note = clean_note(wish->note);
  if (!note) co_return http::problem(note.error());
  const auto changed =
      co_await bookmarks.set_note(Reach::of(request.who()), RecordingId(request.params[0]),
                                  request.params[1], *std::move(note), request.deadline);
  co_return answer(200, changed);
}

Task<Response> delete_bookmark(Bookmarks& bookmarks, Request request) {
  const auto removed =
      co_await bookmarks.remove(Reach::of(request.who()), RecordingId(request.params[0]),
                                request.params[1], request.deadline);
  co_return removed ? http::no_content() : http::problem(removed.error());
}

}  // namespace

http::Routes bookmark_routes(Bookmarks& bookmarks, BlockingPool& reads) {
  const auto with = [&bookmarks](Task<Response> (*handle)(Bookmarks&, Request)) {
    return [&bookmarks, handle](Request request) { return handle(bookmarks, std::move(request)); };
  };
  constexpr const char* kAll = "/api/recordings/{id:uuid}/bookmarks";
  constexpr const char* kOne = "/api/recordings/{id:uuid}/bookmarks/{bookmark:uuid}";
  return {
      guarded(Action::ReadBookmarks, {Method::Get, kAll,
                                      [&bookmarks, &reads](Request request) {
                                        return list_bookmarks(bookmarks, reads, std::move(request));
                                      }}),
      guarded(Action::AddBookmark, {Method::Post, kAll, with(create_bookmark)}),
      guarded(Action::ChangeBookmark, {Method::Patch, kOne, with(change_bookmark)}),
      guarded(Action::RemoveBookmark, {Method::Delete, kOne, with(delete_bookmark)}),
  };
}

}  // namespace reprise::playback

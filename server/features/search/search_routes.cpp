#include "features/search/search_routes.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "base/clock.hpp"
#include "domain/access/access.hpp"
#include "platform/http/page_json.hpp"

namespace reprise::search {
namespace json = boost::json;
using http::Request;
using http::Response;

namespace {

json::array pieces_json(std::string_view text, const Query& query) {
  json::array pieces;
  for (const Piece& piece : pieces_of(text, query)) {
    pieces.push_back(json::object{{"text", piece.text}, {"marked", piece.marked}});
  }
  return pieces;
}

json::object to_api(const ChatHit& hit, const Query& query) {
  return {{"kind", "chat"},
          {"chat_id", hit.chat_id.value},
          {"chat_title", hit.title},
          {"pieces", pieces_json(hit.title, query)}};
}

json::object to_api(const RecordingHit& hit, const Query& query) {
  return {{"kind", "recording"},
          {"chat_id", hit.chat_id.value},
          {"chat_title", hit.chat_title},
          {"recording_id", hit.recording_id.value},
          {"recorded_at", rfc3339(hit.recorded_utc_ns)},
          {"title", hit.title},
          {"pieces", pieces_json(hit.title, query)}};
}

json::object to_api(const MomentHit& hit, const Query& query) {
  const Sentence& sentence = hit.sentence;
  return {{"kind", "moment"},
          {"chat_id", hit.chat_id.value},
          {"chat_title", hit.chat_title},
          {"recording_id", hit.recording_id.value},
          {"recorded_at", rfc3339(hit.recorded_utc_ns)},
          {"start_ms", static_cast<double>(sentence.start_ns) / 1e6},
          {"end_ms", static_cast<double>(sentence.end_ns) / 1e6},
          {"speaker", sentence.speaker == recording::Speaker::Person ? "person" : "model"},
          {"pieces", pieces_json(sentence.text, query)}};
}

json::object to_api(const MessageHit& hit, const Query& query) {
  return {{"kind", "message"},
          {"chat_id", hit.chat_id.value},
          {"chat_title", hit.chat_title},
          {"message_id", hit.message_id},
          {"written_at", rfc3339(hit.written_utc_ns)},
          {"role", hit.role},
          {"pieces", pieces_json(hit.passage, query)}};
}

Task<Response> find(archive::Words& archive, BlockingPool& reads, Request request) {
  const auto wish = http::page_wish(request);
  if (!wish) co_return http::problem(wish.error());
  const auto query = query_of(request.query_value("q").value_or(""));
  if (!query) co_return http::problem(query.error());
  const auto page =
      co_await archive.find_words(request.who().user, *query, *wish, request.deadline);
  co_return co_await reads.run([&] {
    return http::page_json(request, "hits", page, [&query](const Hit& hit) {
      return std::visit([&query](const auto& one) { return to_api(one, *query); }, hit);
    });
  });
}

}  // namespace

http::Routes search_routes(archive::Words& archive, BlockingPool& reads) {
  return {http::guarded(access::Action::Search,
                        {http::Method::Get, "/api/search", [&archive, &reads](Request request) {
                           return find(archive, reads, std::move(request));
                         }})};
}

}  // namespace reprise::search

#pragma once

// The rows of the access matrix (access_matrix_test.cpp): their form, and those of assigned tasks,
// studies, uploads and the way through a proxy.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "domain/access/access.hpp"
#include "platform/http/http.hpp"

namespace reprise::app {

using access::Action;
using http::Method;

/// What a route does with an object whose id is in its path or body.
enum class About {
  Nothing,  ///< no object: lists, new ones
  Object,   ///< foreign and absent look the same: 404
};

/// `target` and `body` name objects: {chat}, {live}, {recording}, {bookmark}. `own` is the status
/// for one's own object.
struct Row {
  Method method;
  const char* pattern;
  std::optional<Action> action;
  About about;
  int own;
  std::string target;
  std::string body = {};
};

inline constexpr const char* kStudy = "/api/studies/{id:uuid}";

/// Adds the rows of assigned tasks and of studies. The patterns live as long as the program.
inline std::vector<Row> with_study_rows(std::vector<Row> all) {
  static const std::string kStudyParts[] = {
      std::string(kStudy) + "/participants",
      std::string(kStudy) + "/participants/{participant:uuid}", std::string(kStudy) + "/table",
      std::string(kStudy) + "/archive"};
  const auto none = std::nullopt;
  using enum Method;
  using enum About;
  const std::vector<Row> studies = {
      {Get, "/api/tasks/assigned", Action::ListTasks, Nothing, 200, "/api/tasks/assigned"},
      {Patch, "/api/tasks/assigned/{id:uuid}", Action::TickTask, Object, 200,
       "/api/tasks/assigned/{task}",
       R"({"step_id":"0194a000-0000-4000-8000-0000000000e1","done":true})"},
      {Get, "/api/studies", Action::ReadStudies, Nothing, 200, "/api/studies?task={task}"},
      {Post, "/api/studies", Action::ManageStudies, Object, 201, "/api/studies",
       R"({"task_id":"{task}","title":"New","consent_text":"C","conditions":[{"name":"A"}]})"},
      {Get, kStudy, Action::ReadStudies, Object, 200, "/api/studies/{study}"},
      {Patch, kStudy, Action::ManageStudies, Object, 200, "/api/studies/{study}",
       R"({"title":"Taken"})"},
      {Get, kStudyParts[0].c_str(), Action::ReadStudies, Object, 200,
       "/api/studies/{study}/participants"},
      {Post, kStudyParts[0].c_str(), Action::ManageStudies, Object, 201,
       "/api/studies/{study}/participants", R"({"count":1})"},
      {Delete, kStudyParts[1].c_str(), Action::ManageStudies, Object, 204,
       "/api/studies/{study}/participants/{invited}"},
      {Get, kStudyParts[2].c_str(), Action::ReadStudies, Object, 200, "/api/studies/{study}/table"},
      {Get, kStudyParts[3].c_str(), Action::ReadStudies, Object, 200,
       "/api/studies/{study}/archive"},
      {Delete, kStudy, Action::ManageStudies, Object, 204, "/api/studies/{study}"},
      {Get, "/api/participation", Action::TakePart, Nothing, 404, "/api/participation"},
      {Post, "/api/participation/open", none, Nothing, 404, "/api/participation/open",
       R"({"secret":"nobody has it"})"},
      {Post, "/api/participation/consent", none, Nothing, 404, "/api/participation/consent",
       R"({"secret":"nobody has it","consent_version":1})"},
      {Put, "/api/participation/answers", Action::TakePart, Nothing, 404,
       "/api/participation/answers", R"({"part":"before","answers":{}})"},
      {Post, "/api/participation/end-talk", Action::TakePart, Nothing, 404,
       "/api/participation/end-talk"},
      {Post, "/api/participation/withdraw", Action::TakePart, Nothing, 404,
       "/api/participation/withdraw"},
      // Nobody takes part here.
      {Post, "/api/participation/live-session", Action::StartLiveSession, Nothing, 404,
       "/api/participation/live-session", R"({"camera":false,"locale":"en"})"},
  };
  all.insert(all.end(), studies.begin(), studies.end());
  return all;
}

/// Adds the rows of what the doctor asks through a proxy.
inline std::vector<Row> with_way_rows(std::vector<Row> all) {
  const auto none = std::nullopt;
  using enum About;
  for (const char* path : {"/api/about/bytes", "/api/about/events"}) {
    all.push_back({Method::Get, path, none, Nothing, 200, path});
  }
  return all;
}

/// Adds the rows of uploads.
inline std::vector<Row> with_upload_rows(std::vector<Row> all) {
  constexpr const char* kUpload = "/api/uploads/{id:uuid}";
  using enum Method;
  using enum About;
  const std::vector<Row> uploads = {
      {Options, "/api/uploads", Action::AddUpload, Nothing, 204, "/api/uploads"},
      // None of these speaks tus; that is told for one's own only.
      {Post, "/api/uploads", Action::AddUpload, Nothing, 412, "/api/uploads"},
      {Head, kUpload, Action::ReadUpload, Object, 200, "/api/uploads/{upload}"},
      {Get, kUpload, Action::ReadUpload, Object, 200, "/api/uploads/{upload}"},
      {Get, "/api/uploads/{id:uuid}/info", Action::ReadUpload, Object, 200,
       "/api/uploads/{upload}/info"},
      // A text has no preview; so this proves only that nobody gets a foreign one.
      {Get, "/api/uploads/{id:uuid}/preview", Action::ReadUpload, Object, 404,
       "/api/uploads/{upload}/preview"},
      {Patch, kUpload, Action::AddUpload, Object, 412, "/api/uploads/{upload}"},
      // It names no other method.
      {Post, kUpload, Action::AddUpload, Object, 400, "/api/uploads/{upload}"},
      {Delete, kUpload, Action::RemoveUpload, Object, 204, "/api/uploads/{upload}"},
  };
  all.insert(all.end(), uploads.begin(), uploads.end());
  return all;
}

}  // namespace reprise::app

from django.urls import path

from circles.api import bylines, comments, gates, keeping, posts, views

urlpatterns = [
    path("circles/", views.CirclesView.as_view(), name="circles"),
    path("circles/<slug:slug>/", views.CircleView.as_view(), name="circle"),
    path("circles/<slug:slug>/gates/", gates.GatesView.as_view(), name="gates"),
    path("circles/<slug:slug>/gates/preview/", gates.PreviewView.as_view(), name="gates_preview"),
    path("circles/<slug:slug>/membership/", views.MembershipView.as_view(), name="membership"),
    path("circles/<slug:slug>/byline/", bylines.BylineView.as_view(), name="byline"),
    path("circles/<slug:slug>/posts/", posts.PostsView.as_view(), name="circle_posts"),
    path("posts/<int:pk>/", posts.PostView.as_view(), name="post"),
    path("posts/<int:pk>/comments/", comments.CommentsView.as_view(), name="comments"),
    path("posts/<int:pk>/like/", posts.LikeView.as_view(), name="like"),
    path("comments/<int:pk>/", comments.CommentView.as_view(), name="comment"),
    path("comments/<int:pk>/like/", comments.CommentLikeView.as_view(), name="comment_like"),
    path("circles/<slug:slug>/topics/", keeping.TopicsView.as_view(), name="circle_topics"),
    path("circles/<slug:slug>/shelves/", keeping.ShelvesView.as_view(), name="circle_shelves"),
    path("circles/<slug:slug>/archive/", keeping.ArchiveView.as_view(), name="circle_archive"),
    path("circles/<slug:slug>/collections/", keeping.CollectionsView.as_view(), name="circle_collections"),
    path("collections/<int:pk>/", keeping.CollectionView.as_view(), name="collection"),
    path("collections/<int:pk>/pages/", keeping.CollectionPagesView.as_view(), name="collection_pages"),
    path("collections/<int:pk>/pages/<int:page>/", keeping.CollectionPageView.as_view(), name="collection_page"),
    path("posts/<int:pk>/feature/", keeping.FeatureView.as_view(), name="post_feature"),
    path("posts/<int:pk>/pin/", keeping.PinView.as_view(), name="post_pin"),
    path("posts/<int:pk>/bookmark/", keeping.BookmarkView.as_view(), name="post_bookmark"),
    path("me/bookmarks/", keeping.BookmarksView.as_view(), name="bookmarks"),
    path("pictures/", views.PicturesView.as_view(), name="pictures"),
]

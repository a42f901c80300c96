from django.urls import path

from circles.api import comments, gates, posts, views

urlpatterns = [
    path("circles/", views.CirclesView.as_view(), name="circles"),
    path("circles/<slug:slug>/", views.CircleView.as_view(), name="circle"),
    path("circles/<slug:slug>/gates/", gates.GatesView.as_view(), name="gates"),
    path("circles/<slug:slug>/gates/preview/", gates.PreviewView.as_view(), name="gates_preview"),
    path("circles/<slug:slug>/membership/", views.MembershipView.as_view(), name="membership"),
    path("circles/<slug:slug>/posts/", posts.PostsView.as_view(), name="circle_posts"),
    path("posts/<int:pk>/", posts.PostView.as_view(), name="post"),
    path("posts/<int:pk>/comments/", comments.CommentsView.as_view(), name="comments"),
    path("posts/<int:pk>/like/", posts.LikeView.as_view(), name="like"),
    path("comments/<int:pk>/", comments.CommentView.as_view(), name="comment"),
    path("comments/<int:pk>/like/", comments.CommentLikeView.as_view(), name="comment_like"),
    path("pictures/", views.PicturesView.as_view(), name="pictures"),
]

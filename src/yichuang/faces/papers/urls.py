from django.urls import path

from yichuang.faces.papers import views

app_name = "documents"
urlpatterns = [
    path("papers/<uuid:case_id>/", views.case_papers, name="case"),
    path("papers/<uuid:case_id>/proof.json", views.proof, name="proof"),
    path("papers/<uuid:id>/<int:seq>", views.paper, name="paper"),
    path("papers/<uuid:id>/<int:seq>/state", views.state, name="state"),
    path("papers/<slug:kind>/<uuid:id>/<int:seq>", views.paper, name="paper"),
    path("papers/<slug:kind>/<uuid:id>/<int:seq>/state", views.state, name="state"),
    path("verify", views.verify, name="verify"),
    path("v/<str:code>", views.by_code, name="code"),
]

from django.urls import path

from yichuang.faces.lives import views

app_name = "lives"
urlpatterns = [
    path("<slug:kind>/new/<slug:act>", views.begin, name="begin"),
    path("<slug:kind>/<uuid:id>", views.life, name="life"),
    path("<slug:kind>/<uuid:id>/<slug:act>", views.do_act, name="do"),
    path("<slug:kind>/<uuid:id>/<slug:act>/<slug:step>", views.do_act, name="do"),
]
